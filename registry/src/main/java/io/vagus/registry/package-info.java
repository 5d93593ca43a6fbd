/** Products, devices, credentials and grants. */
@NullMarked
package io.vagus.registry;

import org.jspecify.annotations.NullMarked;
