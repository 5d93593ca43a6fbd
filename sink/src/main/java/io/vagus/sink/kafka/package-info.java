/** The sink of kind Kafka; loaded with the first of them. */
@NullMarked
package io.vagus.sink.kafka;

import org.jspecify.annotations.NullMarked;
