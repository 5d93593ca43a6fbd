package io.vagus.ingest.mqtt;

/**
 * What a client said of itself in CONNECT.
 *
 * @param version protocol level, 4 or 5
 * @param receiveMaximum QoS 1 and 2 messages it takes at once (MQTT 5.0 §3.1.2.11.3)
 * @param maxPacketBytes largest packet it takes
 * @param topicAliasMaximum aliases it takes
 * @param problemInformation whether it wants reason strings (§3.1.2.11.7)
 * @param keepAliveSeconds in force, 0 for none
 */
record ClientLimits(
    int version,
    int receiveMaximum,
    long maxPacketBytes,
    int topicAliasMaximum,
    boolean problemInformation,
    int keepAliveSeconds) {

  boolean isV5() {
    return version == WireCheck.V5;
  }
}
