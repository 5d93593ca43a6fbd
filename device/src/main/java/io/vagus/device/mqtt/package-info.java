/** A device's MQTT connection over time; thousands of them on a few event loops. */
@NullMarked
package io.vagus.device.mqtt;

import org.jspecify.annotations.NullMarked;
