package io.vagus.ingest.http;

import io.vagus.ingest.ListenerParts;
import io.vagus.model.Transport;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What the connections of one HTTP listener share. */
record HttpShared(
    ListenerParts parts, Transport transport, Optional<InetSocketAddress> api, DateHeader date) {}
