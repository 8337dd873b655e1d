import '@testing-library/jest-dom/vitest';

import { configure } from '@testing-library/svelte';

// Slow machines redraw slowly; what never comes still fails.
configure({ asyncUtilTimeout: 5000 });
