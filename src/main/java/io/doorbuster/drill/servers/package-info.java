/**
 * servers: a folder and free ports in, real Redis, PostgreSQL and Kafka servers out, to be
 * rehearsed with, paused and killed.
 */
@NullMarked
package io.doorbuster.drill.servers;

import org.jspecify.annotations.NullMarked;
