package io.vagus.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vagus.kit.Ids;
import io.vagus.kit.WallClock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT (MQTT 5.0 §3.1, 3.1.1 §3.1), with what the server makes of it.
 *
 * @param clientId given or assigned
 * @param assigned whether the server chose the client identifier
 * @param expirySeconds of the session, within the server's bound
 * @param askedExpirySeconds as the client wanted it
 * @param askedKeepAlive seconds, as the client wanted it
 * @param refusal why it cannot be served; null when it can
 */
record ConnectRequest(
    ClientLimits limits,
    String clientId,
    boolean assigned,
    boolean cleanStart,
    long expirySeconds,
    long askedExpirySeconds,
    int askedKeepAlive,
    boolean wantsResponseInformation,
    String userName,
    byte[] password,
    @Nullable Will will,
    @Nullable ReasonCode refusal) {
  private static final byte[] NO_PASSWORD = {};

  boolean isV5() {
    return limits.isV5();
  }

  static ConnectRequest of(MqttConnectMessage packet, MqttConfig config, WallClock clock) {
    MqttConnectVariableHeader header = packet.variableHeader();
    MqttConnectPayload payload = packet.payload();
    MqttProperties properties = header.properties();
    String given = Objects.requireNonNullElse(payload.clientIdentifier(), "");
    boolean v5 = header.version() == WireCheck.V5;
    long askedExpiry = askedExpiry(header, properties, v5);
    byte[] password = payload.passwordInBytes();
    Will will = header.isWillFlag() ? will(header, payload, clock) : null;
    return new ConnectRequest(
        limits(header, properties, config, v5),
        given.isEmpty() ? "auto-" + Ids.randomHex(10) : given,
        given.isEmpty(),
        header.isCleanSession(),
        Math.min(askedExpiry, config.maxSessionExpiry().toSeconds()),
        askedExpiry,
        header.keepAliveTimeSeconds(),
        PropertyMap.number(properties, MqttProperties.REQUEST_RESPONSE_INFORMATION, 0) == 1,
        Objects.requireNonNullElse(payload.userName(), ""),
        password == null ? NO_PASSWORD : password,
        will,
        refusal(header, properties, given, will));
  }

  /** MQTT 3.1.1 knows only sessions that end with the connection, and those that never do. */
  private static long askedExpiry(
      MqttConnectVariableHeader header, MqttProperties properties, boolean v5) {
    if (!v5) {
      return header.isCleanSession() ? 0 : Session.NEVER;
    }
    return PropertyMap.number(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, 0);
  }

  private static ClientLimits limits(
      MqttConnectVariableHeader header, MqttProperties p, MqttConfig config, boolean v5) {
    int keepAlive = header.keepAliveTimeSeconds();
    int longest = (int) config.maxKeepAlive().toSeconds();
    // Only MQTT 5 lets the server choose (§3.2.2.3.14).
    boolean ours = v5 && (keepAlive > longest || (keepAlive == 0 && longest < 65_535));
    return new ClientLimits(
        header.version(),
        (int) PropertyMap.number(p, MqttProperties.RECEIVE_MAXIMUM, 65_535),
        PropertyMap.number(p, MqttProperties.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE),
        (int) PropertyMap.number(p, MqttProperties.TOPIC_ALIAS_MAXIMUM, 0),
        PropertyMap.number(p, MqttProperties.REQUEST_PROBLEM_INFORMATION, 1) == 1,
        ours ? longest : keepAlive);
  }

  private static Will will(
      MqttConnectVariableHeader header, MqttConnectPayload payload, WallClock clock) {
    byte[] message = payload.willMessageInBytes();
    MqttProperties properties = payload.willProperties();
    return new Will(
        new Message(
            payload.willTopic(),
            message == null ? NO_PASSWORD : message,
            header.willQos(),
            header.isWillRetain(),
            PropertyMap.ofMessage(properties),
            clock.micros(),
            0),
        PropertyMap.number(properties, MqttProperties.WILL_DELAY_INTERVAL, 0));
  }

  private static @Nullable ReasonCode refusal(
      MqttConnectVariableHeader header,
      MqttProperties properties,
      String clientId,
      @Nullable Will will) {
    if (properties.getProperty(MqttProperties.AUTHENTICATION_METHOD) != null) {
      return ReasonCode.BAD_AUTHENTICATION_METHOD; // §4.12: none is offered
    }
    boolean v5 = header.version() == WireCheck.V5;
    if (!v5 && clientId.isEmpty() && !header.isCleanSession()) {
      return ReasonCode.CLIENT_IDENTIFIER_NOT_VALID; // [MQTT-3.1.3-8] of 3.1.1
    }
    return will == null ? null : will.refusal();
  }

  /** What CONNACK tells the client (§3.2.2.3). */
  MqttProperties answer(MqttConfig config, Principal principal) {
    MqttProperties p = new MqttProperties();
    if (expirySeconds != askedExpirySeconds) {
      PropertyMap.add(p, MqttProperties.SESSION_EXPIRY_INTERVAL, expirySeconds);
    }
    PropertyMap.add(p, MqttProperties.RECEIVE_MAXIMUM, config.receiveMaximum());
    PropertyMap.add(p, MqttProperties.MAXIMUM_PACKET_SIZE, config.maxPacket().bytes());
    PropertyMap.add(p, MqttProperties.TOPIC_ALIAS_MAXIMUM, config.topicAliasMaximum());
    if (assigned) {
      PropertyMap.add(p, MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, clientId);
    }
    if (limits.keepAliveSeconds() != askedKeepAlive) {
      PropertyMap.add(p, MqttProperties.SERVER_KEEP_ALIVE, limits.keepAliveSeconds());
    }
    if (wantsResponseInformation) {
      principal
          .responseInformation(clientId)
          .ifPresent(where -> PropertyMap.add(p, MqttProperties.RESPONSE_INFORMATION, where));
    }
    return p;
  }

  /** The password stays out of logs. */
  @Override
  public String toString() {
    return "ConnectRequest[" + clientId + "]";
  }
}
