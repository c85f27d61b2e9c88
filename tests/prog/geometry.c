// SPDX-License-Identifier: GPL-2.0-only
/*
 * geometry DEVICE: prints heads, sectors, cylinders and start (in sectors of
 * 512 bytes) as HDIO_GETGEO gives them.
 */
#include "prog.h"
#include <linux/hdreg.h>

int main(int argc, char **argv)
{
	struct hd_geometry geo;

	if (argc != 2)
		die("usage: geometry DEVICE");
	memset(&geo, 0xff, sizeof(geo));
	if (ioctl(open_or_die(argv[1], O_RDONLY), HDIO_GETGEO, &geo))
		die("HDIO_GETGEO: %s", strerror(errno));
	printf("%u %u %u %lu\n", geo.heads, geo.sectors, geo.cylinders,
	       geo.start);
	return 0;
}
