-- The rows of all stores in this database. Keys sort by their bytes, whatever the database does.
create table customer_sync_rows (
    store text collate "C" not null,
    key text collate "C" not null,
    value text not null,
    version bigint not null,
    -- Of key and value, XOR the version.
    checksum bigint not null,
    primary key (store, key)
);

-- The version of the last commit of each store.
create table customer_sync_stores (
    store text collate "C" primary key,
    version bigint not null
);

-- A commit in one statement, so that no transaction is open between two messages of a client. It locks the row of its
-- store first: the commits of one store are made one after the other, and each statement after the lock sees all of those
-- before. `conflict` is the first key that was not as expected (a version of null: no such row); then nothing is written.
create function customer_sync_commit(
    for_store text,
    expected_keys text[],
    expected_versions bigint[],
    removed_keys text[],
    put_keys text[],
    put_values text[],
    put_checksums bigint[],
    out committed bigint,
    out conflict text
) language plpgsql as $$
begin
    -- What is confirmed survives a crash of the server.
    if current_setting('synchronous_commit') = 'off' then
        perform set_config('synchronous_commit', 'on', true);
    end if;

    select s.version + 1 into committed from customer_sync_stores s where s.store = for_store for update;
    if not found then
        insert into customer_sync_stores (store, version) values (for_store, 0) on conflict do nothing;
        select s.version + 1 into committed from customer_sync_stores s where s.store = for_store for update;
    end if;

    select e.key into conflict
    from unnest(expected_keys, expected_versions) with ordinality e (key, version, position)
    where e.version is distinct from
        (select r.version from customer_sync_rows r where r.store = for_store and r.key = e.key)
    order by e.position
    limit 1;
    if found then
        committed := null;
        return;
    end if;

    update customer_sync_stores s set version = committed where s.store = for_store;
    delete from customer_sync_rows r where r.store = for_store and r.key = any (removed_keys);
    insert into customer_sync_rows (store, key, value, version, checksum)
    select for_store, p.key, p.value, committed, p.checksum # committed
    from unnest(put_keys, put_values, put_checksums) p (key, value, checksum)
    on conflict (store, key) do update
        set value = excluded.value, version = excluded.version, checksum = excluded.checksum;
end
$$;
