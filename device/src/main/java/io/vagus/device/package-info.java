/**
 * The device SDK: what a device needs to send readings that are kept until they are stored, over
 * MQTT to Vagus or any other broker.
 */
@NullMarked
package io.vagus.device;

import org.jspecify.annotations.NullMarked;
