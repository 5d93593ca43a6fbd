package io.vagus.ingest.mqtt;

/**
 * One subscription of one session (MQTT 5.0 §3.8.3).
 *
 * @param filter as the client wrote it, share name included
 * @param retainHandling 0 send retained messages, 1 only for a new subscription, 2 do not
 * @param identifier 0 without one
 */
record Subscription(
    String filter,
    int qos,
    boolean noLocal,
    boolean retainAsPublished,
    int retainHandling,
    int identifier) {

  boolean isShared() {
    return filter.startsWith(Topics.SHARE);
  }

  /** Name of the share; empty without one. */
  String share() {
    return isShared()
        ? filter.substring(Topics.SHARE.length(), filter.indexOf('/', Topics.SHARE.length()))
        : "";
  }

  /** The filter without the share. */
  String topicFilter() {
    return topicFilter(filter);
  }

  static String topicFilter(String filter) {
    return filter.startsWith(Topics.SHARE)
        ? filter.substring(filter.indexOf('/', Topics.SHARE.length()) + 1)
        : filter;
  }
}
