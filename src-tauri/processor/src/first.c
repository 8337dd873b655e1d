/* See lib.rs. Nothing here may need more than the first 64-bit processors have. */

#include <cpuid.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void vitrine_processor_link(void) {}

/* The end of the list is cut off before it outgrows this. */
static char missing[128];

static void need(int there, const char *name) {
    if (there || strlen(missing) + strlen(name) + 3 > sizeof missing) return;
    if (missing[0]) strcat(missing, ", ");
    strcat(missing, name);
}

/* The same list as in vitrine-core, cpu.rs: Intel SDM volume 2A, "CPUID", leaves 1, 7 and 0x80000001. */
static void look(void) {
    unsigned eax, ebx, ecx, edx;
    unsigned basic = 0, extended = 0, more = 0, saved = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx)) basic = ecx;
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) more = ebx;
    if (__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx)) extended = ecx;
    /* OSXSAVE: the system says in XCR0 which registers it saves. */
    if (basic & 1u << 27) {
        unsigned high;
        __asm__ volatile("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
    }
    need(basic & 1u << 20, "SSE4.2");
    need(basic & 1u << 12, "FMA");
    need(basic & 1u << 22, "MOVBE");
    need(basic & 1u << 29, "F16C");
    need(basic & 1u << 28 && (saved & 6) == 6, "AVX");
    need(more & 1u << 3, "BMI1");
    need(more & 1u << 5, "AVX2");
    need(more & 1u << 8, "BMI2");
    need(extended & 1u << 5, "LZCNT");
}

static void say(const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t written = write(STDERR_FILENO, text, left);
        if (written <= 0) return;
        text += written;
        left -= (size_t)written;
    }
}

/* Most people start the app without a terminal. Whatever the desktop has for this was compiled for its processor. */
static void show(const char *text) {
    if (isatty(STDERR_FILENO) || (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))) return;
    pid_t child = fork();
    if (child == 0) {
        execlp("zenity", "zenity", "--error", "--title=Vitrine", "--text", text, (char *)NULL);
        execlp("kdialog", "kdialog", "--title", "Vitrine", "--error", text, (char *)NULL);
        execlp("notify-send", "notify-send", "-u", "critical", "Vitrine", text, (char *)NULL);
        execlp("xmessage", "xmessage", "-center", text, (char *)NULL);
        _exit(1);
    }
    if (child > 0) waitpid(child, NULL, 0);
}

/* 101 is the first number that programs may take. */
__attribute__((constructor(101))) static void check(void) {
    static char text[512];
    look();
    if (!missing[0]) return;
    strcpy(text, "这台电脑的处理器缺少 Vitrine 需要的指令：");
    strcat(text, missing);
    strcat(text, "。\nThe processor of this computer lacks instructions that Vitrine needs: ");
    strcat(text, missing);
    strcat(text, ".\n");
    say(text);
    show(text);
    _exit(1);
}
