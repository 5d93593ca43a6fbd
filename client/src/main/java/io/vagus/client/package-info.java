/** The client of the API: one for the command line, the simulated devices and the benches. */
@NullMarked
package io.vagus.client;

import org.jspecify.annotations.NullMarked;
