package io.tenantdatasource.springtests;

import io.tenantdatasource.spring.task.ForTenant;
import java.io.IOException;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** One method a kind of transaction. */
@Service
class Transactions {

    /** What runs in a transaction. */
    interface Work {
        void run() throws Exception;
    }

    @Transactional
    public void required(Work work) throws Exception {
        work.run();
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public void requiresNew(Work work) throws Exception {
        work.run();
    }

    @Transactional(propagation = Propagation.NESTED)
    public void nested(Work work) throws Exception {
        work.run();
    }

    @Transactional(readOnly = true)
    public void readOnly(Work work) throws Exception {
        work.run();
    }

    @Transactional(isolation = Isolation.SERIALIZABLE)
    public void serializable(Work work) throws Exception {
        work.run();
    }

    @Transactional(timeout = 1)
    public void ofOneSecond(Work work) throws Exception {
        work.run();
    }

    @Transactional(rollbackFor = IOException.class, noRollbackFor = IllegalStateException.class)
    public void withRollbackRules(Work work) throws Exception {
        work.run();
    }

    @Transactional
    public void forTenant(@ForTenant UUID organization, Work work) throws Exception {
        work.run();
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public void requiresNewForTenant(@ForTenant UUID organization, Work work) throws Exception {
        work.run();
    }
}
