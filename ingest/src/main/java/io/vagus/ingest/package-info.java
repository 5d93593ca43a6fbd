/** Ends the device protocols: authenticate, authorise, meter, make durable, acknowledge. */
@NullMarked
package io.vagus.ingest;

import org.jspecify.annotations.NullMarked;
