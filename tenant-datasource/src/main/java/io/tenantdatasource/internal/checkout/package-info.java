/**
 * The life of a checkout: borrowed, bound, refused, reset, verified, returned or destroyed. Not exported: may change at any
 * time.
 */
package io.tenantdatasource.internal.checkout;
