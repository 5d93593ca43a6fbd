/** A light MQTT client: thousands of connections on a few event loops. */
@NullMarked
package io.vagus.fleet.mqtt;

import org.jspecify.annotations.NullMarked;
