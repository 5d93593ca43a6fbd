package io.vagus.ingest;

import io.vagus.kit.HopKey;
import java.net.InetSocketAddress;

/**
 * Where requests go that are not of devices.
 *
 * @param key shown with each: the API hears nobody else
 */
public record ApiBehind(InetSocketAddress address, HopKey key) {}
