/** What the tests of every module share. */
@NullMarked
package io.vagus.testkit;

import org.jspecify.annotations.NullMarked;
