/** MQTT 3.1.1 and 5.0: a full broker whose device topics lead into the platform. */
@NullMarked
package io.vagus.ingest.mqtt;

import org.jspecify.annotations.NullMarked;
