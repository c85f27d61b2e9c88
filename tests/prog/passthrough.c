// SPDX-License-Identifier: GPL-2.0-only
/*
 * passthrough DEVICE: commands meant for real hardware must be refused.
 */
#include "prog.h"
#include <linux/cdrom.h>
#include <linux/hdreg.h>
#include <scsi/sg.h>

/* From scsi/scsi_ioctl.h, which not every C library installs. */
#define SCSI_IOCTL_SEND_COMMAND 1

static void try(int fd, unsigned long op, void *arg, const char *name)
{
	int ret = ioctl(fd, op, arg);

	point(ret < 0 && errno != EFAULT, "%s is refused (%s)", name,
	      ret < 0 ? strerror(errno) : "no error");
}

int main(int argc, char **argv)
{
	unsigned char inquiry[6] = { 0x12, 0, 0, 0, 96, 0 };
	unsigned char data[96], sense[32], args[512] = { 0 };
	struct sg_io_hdr hdr = {
		.interface_id = 'S',
		.dxfer_direction = SG_DXFER_FROM_DEV,
		.cmd_len = sizeof(inquiry),
		.mx_sb_len = sizeof(sense),
		.dxfer_len = sizeof(data),
		.dxferp = data,
		.cmdp = inquiry,
		.sbp = sense,
		.timeout = 1000,
	};
	struct cdrom_generic_command packet = {
		.buffer = data,
		.buflen = sizeof(data),
		.data_direction = CGC_DATA_READ,
	};
	int version, fd;

	if (argc != 2)
		die("usage: passthrough DEVICE");
	fd = open_or_die(argv[1], O_RDWR);
	memcpy(packet.cmd, inquiry, sizeof(inquiry));
	try(fd, SG_IO, &hdr, "SG_IO");
	try(fd, SG_GET_VERSION_NUM, &version, "SG_GET_VERSION_NUM");
	try(fd, SCSI_IOCTL_SEND_COMMAND, args, "SCSI_IOCTL_SEND_COMMAND");
	try(fd, CDROM_SEND_PACKET, &packet, "CDROM_SEND_PACKET");
	try(fd, HDIO_DRIVE_CMD, args, "HDIO_DRIVE_CMD");
	return 0;
}
