/* Sits between a program and the C library and sees each call that changes files of one folder.
 *
 * POWER_FOLDER   the folder, absolute; files outside it are left alone, and so is SQLite's shared memory (-shm)
 * POWER_TRACE    file to which each call is written in its order, with its bytes; not set: nothing is recorded
 *
 * power_mark()   puts a line of the program's own among the calls: what it has called saved by then
 * power_count()  how many calls there were
 * power_die_at() kill -9 just before that call, counted from 1; in a write, half of it may be done first
 * power_fail_at() let that call and each after it fail with an error, as a full, broken or write-protected disk does
 *
 * One entry of the trace: kind (1 byte), length of the path (4), path, number (8), length of the data (4), data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>


static pthread_mutex_t turn = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int trace = -1;
static uint64_t calls, dies_at, fails_at;
static int half, failure;
static char folder[PATH_MAX];
static size_t folder_length;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("POWER_FOLDER"), *file = getenv("POWER_TRACE");
    if (name && realpath(name, folder)) folder_length = strlen(folder);
    if (file) trace = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
    size_t length = strlen(path);
    if (!folder_length || strncmp(path, folder, folder_length)) return 0;
    if (path[folder_length] != 0 && path[folder_length] != '/') return 0;
    return fails_at || length < 4 || strcmp(path + length - 4, "-shm");
}

static int path_of(int fd, char *path) {
    char link[40];
    ssize_t length;
    if (!folder_length) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static int path_at(int at, const char *name, char *path) {
    char parent[PATH_MAX], whole[2 * PATH_MAX];
    char *slash;
    if (!folder_length || !name) return 0;
    if (name[0] == '/') {
        snprintf(whole, sizeof whole, "%s", name);
    } else {
        char link[40];
        ssize_t length;
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        length = readlink(link, parent, PATH_MAX - 1);
        if (length <= 0) return 0;
        parent[length] = 0;
        snprintf(whole, sizeof whole, "%s/%s", parent, name);
    }
    /* The file itself may not be there; its folder is. */
    slash = strrchr(whole, '/');
    if (!slash || !slash[1]) return 0;
    *slash = 0;
    if (!realpath(slash == whole ? "/" : whole, parent)) return 0;
    if (strlen(parent) + strlen(slash + 1) + 2 > PATH_MAX) return 0;
    strcpy(path, parent);
    strcat(path, "/");
    strcat(path, slash + 1);
    return is_ours(path);
}

static void put(const void *data, size_t length) {
    const char *next = data;
    while (length) {
        ssize_t done = syscall(SYS_write, trace, next, length);
        if (done <= 0) abort();
        next += done;
        length -= (size_t)done;
    }
}

static void note(char kind, const char *path, uint64_t number, const void *data, uint32_t length) {
    uint32_t path_length;
    if (trace < 0) return;
    path = strncmp(path, folder, folder_length) ? path : path + folder_length;
    path_length = (uint32_t)strlen(path);
    put(&kind, 1);
    put(&path_length, 4);
    put(path, path_length);
    put(&number, 8);
    put(&length, 4);
    put(data, length);
}

static int is_failing(void) { return fails_at && calls >= fails_at; }

/* Counts a call; 1 when the program is to die in its middle, -1 when the call fails. A file that another program holds
 * (EACCES) can be written to, but neither renamed nor removed. */
static int step_of(int names) {
    calls++;
    if (is_failing()) return failure == EACCES && !names ? 0 : -1;
    if (calls != dies_at) return 0;
    if (half) return 1;
    kill(getpid(), SIGKILL);
    return 0;
}

static int step(void) { return step_of(0); }

void power_mark(const char *text) {
    pthread_mutex_lock(&turn);
    note('m', "", 0, text, (uint32_t)strlen(text));
    pthread_mutex_unlock(&turn);
}

uint64_t power_count(void) { return calls; }

void power_die_at(uint64_t call, int in_its_middle) {
    calls = 0;
    dies_at = call;
    half = in_its_middle;
}

void power_fail_at(uint64_t call, int error) {
    calls = 0;
    fails_at = call;
    failure = error;
}

/* What a call that fails gives, with the turn given back. */
static int failed(void) {
    pthread_mutex_unlock(&turn);
    errno = failure;
    return -1;
}

static ssize_t written(int fd, const void *data, size_t length, off64_t offset, int positioned) {
    char path[PATH_MAX];
    ssize_t done;
    if (!path_of(fd, path)) {
        return positioned ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
    }
    int what;
    pthread_mutex_lock(&turn);
    what = step();
    if (what < 0 && (failure != ENOSPC || calls != fails_at || length < 2)) return failed();
    /* The last room of a disk takes a part of a write. */
    if (what < 0) length /= 2;
    if (what > 0) {
        if (positioned) syscall(SYS_pwrite64, fd, data, length / 2, offset);
        else syscall(SYS_write, fd, data, length / 2);
        kill(getpid(), SIGKILL);
    }
    done = positioned ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
    if (done > 0) {
        off64_t at = positioned ? offset : lseek64(fd, 0, SEEK_CUR) - done;
        note('w', path, (uint64_t)at, data, (uint32_t)done);
    }
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return written(fd, data, length, offset, 1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset, 1); }
ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, 0, 0); }

static int cut(int fd, off64_t size) {
    char path[PATH_MAX];
    int done, what;
    if (!path_of(fd, path)) return (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&turn);
    /* A full disk gives back what it is not asked to hold. */
    what = step();
    if (what < 0 && failure != ENOSPC) return failed();
    if (what > 0) kill(getpid(), SIGKILL);
    done = (int)syscall(SYS_ftruncate, fd, size);
    if (!done) note('t', path, (uint64_t)size, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int ftruncate64(int fd, off64_t size) { return cut(fd, size); }
int ftruncate(int fd, off_t size) { return cut(fd, size); }

/* A sync is recorded when it has come back: until then nothing of it may be relied on. The disk itself is not asked,
 * because all that is looked at later is the trace. */
static int synced(int fd) {
    char path[PATH_MAX];
    int what;
    if (!path_of(fd, path)) return (int)syscall(SYS_fsync, fd);
    pthread_mutex_lock(&turn);
    what = step();
    if (what < 0) return failed();
    if (what > 0) kill(getpid(), SIGKILL);
    note('s', path, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return 0;
}

int fsync(int fd) { return synced(fd); }
int fdatasync(int fd) { return synced(fd); }

static int opened(int at, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    struct stat64 before;
    int fd, was_there, what;
    if (is_failing() && failure == EROFS && (flags & O_ACCMODE) != O_RDONLY && path_at(at, name, path)) {
        errno = EROFS;
        return -1;
    }
    if (!(flags & (O_CREAT | O_TRUNC)) || !path_at(at, name, path)) {
        return (int)syscall(SYS_openat, at, name, flags, mode);
    }
    pthread_mutex_lock(&turn);
    was_there = !lstat64(path, &before);
    if ((!was_there && (flags & O_CREAT)) || (flags & O_TRUNC)) {
        what = step();
        if (what < 0) return failed();
        if (what > 0) kill(getpid(), SIGKILL);
    }
    fd = (int)syscall(SYS_openat, at, name, flags, mode);
    if (fd >= 0 && !was_there) note('c', path, 0, "", 0);
    else if (fd >= 0 && (flags & O_TRUNC)) note('t', path, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return fd;
}

#define MODE(flags, mode) \
    mode_t mode = 0; \
    if ((flags) & O_CREAT) { \
        va_list more; \
        va_start(more, flags); \
        mode = (mode_t)va_arg(more, int); \
        va_end(more); \
    }

int open(const char *name, int flags, ...) { MODE(flags, mode) return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags, mode) return opened(AT_FDCWD, name, flags, mode); }
int openat(int at, const char *name, int flags, ...) { MODE(flags, mode) return opened(at, name, flags, mode); }
int openat64(int at, const char *name, int flags, ...) { MODE(flags, mode) return opened(at, name, flags, mode); }

static int changed(char kind, int at, const char *name, long (*call)(int, const char *, int), int argument) {
    char path[PATH_MAX];
    int done, what;
    if (!path_at(at, name, path)) return (int)call(at, name, argument);
    pthread_mutex_lock(&turn);
    what = step_of(kind == 'u');
    if (what < 0 && (failure != ENOSPC || kind != 'u')) return failed();
    if (what > 0) kill(getpid(), SIGKILL);
    done = (int)call(at, name, argument);
    if (!done) note(kind, path, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

static long unlink_call(int at, const char *name, int flags) { return syscall(SYS_unlinkat, at, name, flags); }
static long mkdir_call(int at, const char *name, int mode) { return syscall(SYS_mkdirat, at, name, mode); }

int unlinkat(int at, const char *name, int flags) { return changed('u', at, name, unlink_call, flags); }
int unlink(const char *name) { return changed('u', AT_FDCWD, name, unlink_call, 0); }
int remove(const char *name) { return changed('u', AT_FDCWD, name, unlink_call, 0); }
int rmdir(const char *name) { return changed('u', AT_FDCWD, name, unlink_call, AT_REMOVEDIR); }
int mkdirat(int at, const char *name, mode_t mode) { return changed('d', at, name, mkdir_call, (int)mode); }
int mkdir(const char *name, mode_t mode) { return changed('d', AT_FDCWD, name, mkdir_call, (int)mode); }

static int named(char kind, int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    char old[PATH_MAX], new[PATH_MAX];
    int done, what, ours = path_at(from_at, from, old) & path_at(to_at, to, new);
    if (ours) {
        pthread_mutex_lock(&turn);
        what = step_of(1);
        if (what < 0) return failed();
        if (what > 0) kill(getpid(), SIGKILL);
    }
    done = kind == 'r' ? (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags)
                       : (int)syscall(SYS_linkat, from_at, from, to_at, to, flags);
    if (ours) {
        if (!done) note(kind, old, 0, new + folder_length, (uint32_t)strlen(new + folder_length));
        pthread_mutex_unlock(&turn);
    }
    return done;
}

int rename(const char *from, const char *to) { return named('r', AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int fa, const char *from, int ta, const char *to) { return named('r', fa, from, ta, to, 0); }
int renameat2(int fa, const char *from, int ta, const char *to, unsigned flags) { return named('r', fa, from, ta, to, flags); }
int link(const char *from, const char *to) { return named('l', AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int fa, const char *from, int ta, const char *to, int flags) { return named('l', fa, from, ta, to, (unsigned)flags); }
