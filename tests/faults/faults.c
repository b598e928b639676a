/* faults.c - a library that is loaded before the program and fails the n-th of its calls to the
 * system.
 *
 *   LD_PRELOAD=libfaults.so MERE_FAULT_LOG=FILE MERE_FAULT_KIND=eio|enospc|short|enomem
 *   MERE_FAULT_N=7 [MERE_FAULT_ON=1] merestone ...
 *
 * Without MERE_FAULT_N the calls are counted only; with MERE_FAULT_ON=1 all from the n-th on fail,
 * as a disk that stays full does. FILE, of sizeof(struct fault_log) bytes, gets the count and which
 * call it was, also when the program crashes.
 *
 * Writing is caught at the kernel's door, not by replacing write(): stdio, and through it GDAL,
 * writes by calls inside libc that no symbol of ours gets in the way of. A seccomp filter turns the
 * calls of `changes` into SIGSYS, and the handler counts them, then fails them or carries them out.
 * The filter lets through what comes from one address, that of the handler's own system call
 * (seccomp(2)). Standard output and error (descriptors 0 to 2) are spared: what the program says is
 * what is tested.
 *
 * Memory fails for callers in the program itself and in libsqlite3, told by the return address.
 * GDAL, PROJ, GEOS and libstdc++ end the process, or throw through C, when memory is out; that is
 * theirs. So is what libsqlite3 allocates for PROJ, which reads its CRS through it and calls one
 * that it has no memory for unknown, and for GDAL, which takes the length of a statement that
 * sqlite3_mprintf() had no memory for (GeoPackage, 3.6.2): the stack tells it. */
#define _GNU_SOURCE 1
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#ifndef __x86_64__
#error "the registers of a system call are known here for x86-64 only"
#endif

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Read by test_faults.py; little-endian. */
struct fault_log {
    uint64_t ready;   /* 1 when the library is at work, 2 when the system permits no filter */
    uint64_t n_calls; /* that the kind could have failed */
    uint64_t n_failed;
    char what[232]; /* the first call that failed, and of which file */
};

enum kind { NONE, FAIL_EIO, FAIL_ENOSPC, FAIL_SHORT, FAIL_ENOMEM };
static const char *const kinds[] = {"", "eio", "enospc", "short", "enomem"};

#define E (1U << FAIL_EIO)
#define S (1U << FAIL_ENOSPC)
#define H (1U << FAIL_SHORT)

/* The calls that change a disk, which kinds fail them, and whether a descriptor comes first. */
static const struct change {
    unsigned nr, kinds;
    bool fd;
    const char *name;
} changes[] = {
    {SYS_write, E | S | H, true, "write"},
    {SYS_pwrite64, E | S | H, true, "pwrite"},
    {SYS_writev, E | S, true, "writev"},
    {SYS_pwritev, E | S, true, "pwritev"},
    {SYS_fsync, E, true, "fsync"},
    {SYS_fdatasync, E, true, "fdatasync"},
    {SYS_ftruncate, E | S, true, "ftruncate"},
    {SYS_fallocate, E | S, true, "fallocate"},
    {SYS_openat, E | S, false, "openat"},
    {SYS_open, E | S, false, "open"},
    {SYS_mkdir, E | S, false, "mkdir"},
    {SYS_rename, E | S, false, "rename"},
    {SYS_renameat, E | S, false, "renameat"},
    {SYS_renameat2, E | S, false, "renameat2"},
    {SYS_link, E | S, false, "link"},
    {SYS_linkat, E | S, false, "linkat"},
    {SYS_unlink, E, false, "unlink"},
    {SYS_unlinkat, E, false, "unlinkat"},
};

static struct fault_log *fault_log;
static enum kind kind;
static uint64_t fail_at;
static bool fail_on;

enum owner { PROGRAM, SQLITE, PROJ, GDAL, OTHERS };
static const char *const owners[] = {"merestone", "libsqlite3.so", "libproj.so", "libgdal.so"};
static struct {
    uintptr_t base, from, to;
    enum owner owner;
} codes[12]; /* of the owners */
static size_t n_codes;

/* Count a call; whether it is to fail. */
static bool is_due(void)
{
    uint64_t n = __atomic_add_fetch(&fault_log->n_calls, 1, __ATOMIC_RELAXED);
    return fail_at > 0 && (n == fail_at || (fail_on && n > fail_at));
}

/* Whether this failure is the first, whose name is kept. */
static bool is_first(void)
{
    return __atomic_fetch_add(&fault_log->n_failed, 1, __ATOMIC_RELAXED) == 0;
}

/* ---- system calls ---- */

/* The one place from which the filter lets calls through. */
__attribute__((noinline)) static long gate(long nr, const long *a)
{
    long result;
    register long r10 __asm__("r10") = a[3];
    register long r8 __asm__("r8") = a[4];
    register long r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall\n"
                     ".globl mere_fault_gate\n.hidden mere_fault_gate\nmere_fault_gate:"
                     : "=a"(result)
                     : "0"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
extern const char mere_fault_gate[] __attribute__((visibility("hidden")));

static void tell(const struct change *c, const long *a)
{
    char *to = fault_log->what;
    size_t room = sizeof fault_log->what - 1, n = strlen(c->name);
    memcpy(to, c->name, n);
    to[n++] = ' ';
    if (!c->fd) {
        bool at = c->nr != SYS_open && c->nr != SYS_mkdir && c->nr != SYS_rename &&
                  c->nr != SYS_link && c->nr != SYS_unlink;
        strncpy(to + n, (const char *)a[at ? 1 : 0], room - n);
        return;
    }
    char link[32] = "/proc/self/fd/";
    size_t at = strlen(link), digits = 1;
    for (long rest = a[0]; rest >= 10; rest /= 10)
        digits++;
    long rest = a[0];
    for (size_t i = digits; i > 0; i--, rest /= 10)
        link[at + i - 1] = (char)('0' + rest % 10);
    (void)readlink(link, to + n, room - n);
}

static bool concerns(const struct change *c, const long *a)
{
    if (!(c->kinds & 1U << kind))
        return false;
    if (c->fd && a[0] <= STDERR_FILENO)
        return false;
    if (c->nr == SYS_openat)
        return (a[2] & O_CREAT) != 0;
    if (c->nr == SYS_open)
        return (a[1] & O_CREAT) != 0;
    return kind != FAIL_SHORT || a[2] > 1;
}

/* What the system is to answer: a negative errno, or the result of the call. A short write writes
 * half; where all from it on fail, the rest meets a full disk. */
static long answer(const struct change *c, long *a)
{
    if (!concerns(c, a) || !is_due())
        return gate(c->nr, a);
    bool first = is_first();
    if (first)
        tell(c, a);
    if (kind == FAIL_EIO)
        return -EIO;
    if (kind == FAIL_ENOSPC || !first)
        return -ENOSPC;
    a[2] /= 2;
    return gate(c->nr, a);
}

static void on_call(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    int saved = errno;
    greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
    long a[6] = {regs[REG_RDI], regs[REG_RSI], regs[REG_RDX],
                 regs[REG_R10], regs[REG_R8],  regs[REG_R9]};
    regs[REG_RAX] = -ENOSYS;
    for (size_t i = 0; i < LEN(changes); i++)
        if (changes[i].nr == (unsigned)info->si_syscall)
            regs[REG_RAX] = answer(&changes[i], a);
    errno = saved;
}

static bool install_filter(void)
{
    struct sock_filter code[LEN(changes) + 12];
    unsigned short n = 0;
    uint64_t at = (uint64_t)(uintptr_t)mere_fault_gate;
    struct sigaction act = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO | SA_NODEFER};
#define DO(...) code[n++] = (struct sock_filter)__VA_ARGS__
#define LOAD(field) DO(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field))
#define IS(value, yes, no) DO(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no))
    LOAD(offsetof(struct seccomp_data, arch));
    IS(AUDIT_ARCH_X86_64, 1, 0);
    DO(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    LOAD(offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < LEN(changes); i++)
        IS(changes[i].nr, (unsigned char)(LEN(changes) - i), 0);
    DO(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    LOAD(offsetof(struct seccomp_data, instruction_pointer));
    IS((uint32_t)at, 0, 3);
    LOAD(offsetof(struct seccomp_data, instruction_pointer) + 4);
    IS((uint32_t)(at >> 32), 0, 1);
    DO(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    DO(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
    struct sock_fprog program = {.len = n, .filter = code};
    return sigaction(SIGSYS, &act, NULL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

/* The index of the code that the address is in, or n_codes. */
static size_t code_at(uintptr_t at)
{
    size_t i = 0;
    while (i < n_codes && (at < codes[i].from || at >= codes[i].to))
        i++;
    return i;
}

/* Stops at the first frame of the program, PROJ or GDAL: the one that called libsqlite3. */
static _Unwind_Reason_Code look_for_caller(struct _Unwind_Context *frame, void *owner)
{
    size_t i = code_at((uintptr_t)_Unwind_GetIP(frame));
    if (i == n_codes || codes[i].owner == SQLITE)
        return _URC_NO_REASON;
    *(enum owner *)owner = codes[i].owner;
    return _URC_END_OF_STACK;
}

static bool is_for_theirs(void)
{
    enum owner owner = OTHERS;
    (void)_Unwind_Backtrace(look_for_caller, &owner);
    return owner == PROJ || owner == GDAL;
}

static bool memory_fails(const void *caller)
{
    if (kind != FAIL_ENOMEM || !fault_log)
        return false;
    uintptr_t at = (uintptr_t)caller;
    size_t i = code_at(at);
    if (i == n_codes || codes[i].owner > SQLITE || (codes[i].owner == SQLITE && is_for_theirs()) ||
        !is_due())
        return false;
    if (is_first())
        snprintf(fault_log->what, sizeof fault_log->what, "memory at %s+0x%zx",
                 owners[codes[i].owner], (size_t)(at - codes[i].base));
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return memory_fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return memory_fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    return memory_fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, size);
}

/* The first object is the program (dl_iterate_phdr(3)). */
static int find_code(struct dl_phdr_info *info, size_t size, void *n_seen)
{
    (void)size;
    enum owner owner = (*(size_t *)n_seen)++ == 0 ? PROGRAM : SQLITE;
    while (owner != PROGRAM && owner != OTHERS && !strstr(info->dlpi_name, owners[owner]))
        owner++;
    for (size_t i = 0; i < info->dlpi_phnum && owner != OTHERS && n_codes < LEN(codes); i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
            continue;
        codes[n_codes].owner = owner;
        codes[n_codes].base = info->dlpi_addr;
        codes[n_codes].from = info->dlpi_addr + part->p_vaddr;
        codes[n_codes].to = codes[n_codes].from + part->p_memsz;
        n_codes++;
    }
    return 0;
}

/* ---- the beginning ---- */

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("MERE_FAULT_LOG"), *word = getenv("MERE_FAULT_KIND");
    const char *n = getenv("MERE_FAULT_N"), *on = getenv("MERE_FAULT_ON");
    size_t n_seen = 0;
    if (!path || !word)
        return;
    for (size_t i = 1; i < LEN(kinds); i++)
        if (strcmp(kinds[i], word) == 0)
            kind = (enum kind)i;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *map = fd < 0 ? MAP_FAILED
                       : mmap(NULL, sizeof *fault_log, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED || kind == NONE)
        return;
    (void)close(fd);
    fail_at = n ? strtoull(n, NULL, 10) : 0;
    fail_on = on && strcmp(on, "1") == 0;
    dl_iterate_phdr(find_code, &n_seen);
    fault_log = map;
    fault_log->ready = kind == FAIL_ENOMEM || install_filter() ? 1 : 2;
}
