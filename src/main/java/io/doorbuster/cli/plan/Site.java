package io.doorbuster.cli.plan;

/**
 * What is there to run a sale.
 *
 * @param load the part of a core that is planned for
 * @param coresPerGate of one machine
 * @param edges that ask us for the page's state
 * @param buyersMax of a gate's settings
 * @param reservedGbps at the CDN, 0 where nothing is reserved
 */
record Site(double load, int coresPerGate, int edges, long buyersMax, double reservedGbps) {}
