/** REST, live streams and the OpenAPI contract. */
@NullMarked
package io.vagus.api;

import org.jspecify.annotations.NullMarked;
