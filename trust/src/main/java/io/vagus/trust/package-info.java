/** The certificate authority of the devices. */
@NullMarked
package io.vagus.trust;

import org.jspecify.annotations.NullMarked;
