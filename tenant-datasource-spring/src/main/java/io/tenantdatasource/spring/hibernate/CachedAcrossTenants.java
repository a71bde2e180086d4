package io.tenantdatasource.spring.hibernate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.spi.MappingMetamodelImplementor;

/**
 * What a factory would answer one tenant with that another one has read.
 *
 * @param entities names of entities in the second-level cache
 * @param naturalIds names of entities whose natural ids are in it
 * @param collections roles of collections in it
 * @param queries whether there is a query cache
 */
record CachedAcrossTenants(List<String> entities, List<String> naturalIds, List<String> collections, boolean queries) {

    CachedAcrossTenants {
        entities = List.copyOf(entities);
        naturalIds = List.copyOf(naturalIds);
        collections = List.copyOf(collections);
    }

    static CachedAcrossTenants of(SessionFactoryImplementor sessions, TenantHibernateProperties properties) {
        boolean secondLevel = sessions.getSessionFactoryOptions().isSecondLevelCacheEnabled();
        boolean queries = sessions.getSessionFactoryOptions().isQueryCacheEnabled() && !properties.sharedQueryCache();
        return secondLevel
                ? secondLevel(sessions.getMappingMetamodel(), properties.sharedCache(), queries)
                : new CachedAcrossTenants(List.of(), List.of(), List.of(), queries);
    }

    private static CachedAcrossTenants secondLevel(
            MappingMetamodelImplementor model, Set<String> shared, boolean queries) {
        List<String> entities = new ArrayList<>();
        List<String> naturalIds = new ArrayList<>();
        List<String> collections = new ArrayList<>();
        model.forEachEntityDescriptor(entity -> {
            if (!shared.contains(entity.getEntityName())) {
                if (entity.canReadFromCache() || entity.canWriteToCache()) {
                    entities.add(entity.getEntityName());
                }
                if (entity.hasNaturalIdCache()) {
                    naturalIds.add(entity.getEntityName());
                }
            }
        });
        model.forEachCollectionDescriptor(collection -> {
            if (collection.hasCache() && !shared.contains(collection.getRole())) {
                collections.add(collection.getRole());
            }
        });
        return inOrder(entities, naturalIds, collections, queries);
    }

    private static CachedAcrossTenants inOrder(
            List<String> entities, List<String> naturalIds, List<String> collections, boolean queries) {
        Collections.sort(entities);
        Collections.sort(naturalIds);
        Collections.sort(collections);
        return new CachedAcrossTenants(entities, naturalIds, collections, queries);
    }

    boolean isEmpty() {
        return !secondLevel() && !queries;
    }

    boolean secondLevel() {
        return !entities.isEmpty() || !naturalIds.isEmpty() || !collections.isEmpty();
    }
}
