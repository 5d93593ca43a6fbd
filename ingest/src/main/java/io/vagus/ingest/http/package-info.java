/** HTTP/1.1 for devices, and the way through to the API for everything else on the same port. */
@NullMarked
package io.vagus.ingest.http;

import org.jspecify.annotations.NullMarked;
