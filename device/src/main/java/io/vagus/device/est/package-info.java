/** How a device gets its certificates: enrolment over secure transport (EST, RFC 7030). */
@NullMarked
package io.vagus.device.est;

import org.jspecify.annotations.NullMarked;
