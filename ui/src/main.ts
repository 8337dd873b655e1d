import './styles/tokens.css';
import './styles/base.css';
import './styles/boot.css';

import { mount } from 'svelte';

import Root from './Root.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(Root, { target });
