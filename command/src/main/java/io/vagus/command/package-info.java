/** What devices are asked to do, once, and what became of it. */
@NullMarked
package io.vagus.command;

import org.jspecify.annotations.NullMarked;
