/**
 * For whom a request works: a servlet filter before Spring Session, one after Spring Security, and their like for WebFlux.
 * Packages that an application may lack are named by one auto-configuration each.
 */
package io.tenantdatasource.spring.web;
