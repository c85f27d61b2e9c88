// SPDX-License-Identifier: GPL-2.0-only
/*
 * waits: check that calls of /dev/rbull-control which have to wait do not block
 * other calls. Needs the module loaded without disks.
 */
#include "control.h"
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define INDEX	100
#define ROUNDS	40

static int fd;

static void add_disk(int index)
{
	int err;

	CONTROL(rbull_add, args, index);
	args.disk_size = 8 << 20;
	err = control_call(fd, RBULL_IOC_ADD, &args);
	if (err)
		die("add: %s: %s", strerror(-err), control_message);
}

/* Wait for a process; return whether it ends within so many seconds. */
static bool ends(pid_t pid, int *status, int seconds)
{
	int tries;

	for (tries = 0; tries < seconds * 100; tries++) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		usleep(10000);
	}
	return false;
}

/* Return a page that never gets its memory: nobody handles its userfaultfd. */
static void *page_that_never_comes(int *uffd)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*uffd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	range.range.start = (uintptr_t)page;
	range.range.len = PAGE;
	if (page == MAP_FAILED || *uffd < 0 || ioctl(*uffd, UFFDIO_API, &api) ||
	    ioctl(*uffd, UFFDIO_REGISTER, &range))
		return NULL;
	return page;
}

static void *list_to(void *page)
{
	CONTROL(rbull_snapshot_list, args, INDEX);
	args.entries = (uintptr_t)page;
	args.entry_size = sizeof(struct rbull_snapshot_entry);
	args.nr = 1;
	control_call(fd, RBULL_IOC_SNAPSHOT_LIST, &args);
	return NULL;
}

/* List snapshots into that page; write 'y' to @to when the kernel waits. */
static void wait_for_page(int to)
{
	struct pollfd poll_fd = { .events = POLLIN };
	void *page = page_that_never_comes(&poll_fd.fd);
	pthread_t thread;
	char word = 'n';

	if (page && !pthread_create(&thread, NULL, list_to, page) &&
	    poll(&poll_fd, 1, 10000) == 1)
		word = 'y';
	if (write(to, &word, 1) == 1)
		pause();
	_exit(1);
}

static pid_t begin_waiting(void)
{
	char word = 'n';
	int ends_of[2];
	pid_t pid;

	if (pipe(ends_of))
		die("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid)
		wait_for_page(ends_of[1]);
	if (pid < 0 || read(ends_of[0], &word, 1) != 1)
		die("the one that waits: %s", strerror(errno));
	close(ends_of[0]);
	close(ends_of[1]);
	if (word == 'y')
		return pid;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

/* A call that waits for its caller's memory must not block other calls. */
static void memory(void)
{
	pid_t waiting, remover;
	int status = 1;

	add_disk(INDEX);
	if (control_snapshot(fd, RBULL_IOC_SNAPSHOT_CREATE, INDEX, "s", 0, NULL))
		die("snapshot: %s", control_message);
	waiting = begin_waiting();
	if (!waiting) {
		printf("ok - a list whose memory does not come # SKIP no userfaultfd here\n");
		control_remove_patiently(fd, INDEX);
		return;
	}
	remover = fork();
	if (!remover)
		_exit(-control_remove_patiently(fd, INDEX));
	point(ends(remover, &status, 20),
	      "a disk is removed while a list of its snapshots waits for memory");
	point(!status, "without an error");
	kill(waiting, SIGKILL);
	point(ends(waiting, &status, 20), "what waits can be killed");
	/* If the disk could not be removed before, it can be now. */
	if (!ends(remover, &status, 0))
		waitpid(remover, &status, 0);
}

static void *add_thread(void *unused)
{
	add_disk(INDEX);
	return unused;
}

/* Count how often a visible disk can be queried at once. */
static void visible(void)
{
	int round, found = 0, listed = 0, seen = 0;
	char path[64];

	snprintf(path, sizeof(path), "/sys/block/" RBULL_NAME "%d", INDEX);
	for (round = 0; round < ROUNDS; round++) {
		time_t end = time(NULL) + 30;
		pthread_t thread;

		if (pthread_create(&thread, NULL, add_thread, NULL))
			die("no thread");
		while (access(path, F_OK) && time(NULL) < end)
			;
		seen += !access(path, F_OK);
		if (round % 2) {
			listed += control_nr_disks(fd) == 1;
		} else {
			CONTROL(rbull_info, info, INDEX);
			found += !control_call(fd, RBULL_IOC_INFO, &info);
		}
		pthread_join(thread, NULL);
		control_remove_patiently(fd, INDEX);
	}
	if (!point(seen == ROUNDS && found == ROUNDS / 2,
		   "a visible disk can be queried"))
		printf("# %d of %d\n", found, ROUNDS / 2);
	if (!point(listed == ROUNDS / 2, "a visible disk is listed"))
		printf("# %d of %d\n", listed, ROUNDS / 2);
}

/* Calls beyond the last one. */
static void unknown(void)
{
	CONTROL(rbull_list, args, RBULL_INDEX_ANY);
	point(control_call(fd, _IO(RBULL_IOC_MAGIC, 63), &args) == -ENOTTY &&
	      control_call(fd, _IO(RBULL_IOC_MAGIC, 255), &args) == -ENOTTY,
	      "an unknown call");
}

int main(void)
{
	fd = control_open();
	memory();
	visible();
	unknown();
	return 0;
}
