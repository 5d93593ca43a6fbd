package io.vagus.ingest.mqtt;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What is published when a connection ends without goodbye (MQTT 5.0 §3.1.2.5). */
record Will(Message message, long delaySeconds) {

  /** Why a CONNECT with it cannot be served; null when it can. */
  @Nullable ReasonCode refusal() {
    if (!Topics.isValidName(message.topic())) {
      return ReasonCode.TOPIC_NAME_INVALID;
    }
    boolean text = message.properties().payloadFormat() == 1;
    boolean wellFormed =
        ByteBufUtil.isText(Unpooled.wrappedBuffer(message.payload()), StandardCharsets.UTF_8);
    return text && !wellFormed ? ReasonCode.PAYLOAD_FORMAT_INVALID : null; // §3.1.3.2.3
  }
}
