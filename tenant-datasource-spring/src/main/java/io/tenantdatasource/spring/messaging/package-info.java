/**
 * The tenant in messages: written as they are sent, and opened as a scope around the listener that they are for. Each broker's
 * library is named by one auto-configuration, which is off unless a property switches it on.
 */
package io.tenantdatasource.spring.messaging;
