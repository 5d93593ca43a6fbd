/** An MQTT client for loads only: it costs a fraction of what the server spends. */
@NullMarked
package io.vagus.bench.mqtt;

import org.jspecify.annotations.NullMarked;
