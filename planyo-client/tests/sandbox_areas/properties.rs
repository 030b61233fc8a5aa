use planyo_client::notifications::SendEmailToCustomer;
use planyo_client::properties::{
    AddCustomPropertyDefinition, DeleteCustomProperty, GetCustomProperty,
    GetCustomPropertyDefinition, PropertyOf, PropertyScope, PropertyType, SearchCondition,
    SetCustomProperties, SetCustomProperty,
};
use planyo_client::resources::GetResourceInfo;
use planyo_client::sites::{GetSiteInfo, ListSites};
use planyo_client::users::GetUser;
use planyo_client::{ReservationId, ResourceId, SiteId, UserId};

use crate::{SITE, bikes, booked, code, start};

#[tokio::test]
async fn each_kind_of_object_keeps_its_properties() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let reservation = booked(&server, bikes, 838_801);
    let owners = [
        PropertyOf::from(SiteId::from(SITE)),
        ResourceId::from(bikes).into(),
        ReservationId::from(reservation).into(),
        UserId::from(838_801).into(),
    ];
    for of in owners {
        let read = planyo
            .send(GetCustomProperty::new(of, "House rules"))
            .await
            .unwrap();
        assert_eq!(read.value, None);
        let set = SetCustomProperty::new(of, "House rules", "no pets");
        assert_eq!(
            planyo.send(set).await.unwrap().value.as_deref(),
            Some("no pets")
        );
        let values = [("House rules", "pets"), ("Colour", "red")];
        let set = SetCustomProperties::new(of, values).unwrap();
        let set = planyo.send(set).await.unwrap();
        assert_eq!(set.names.len(), 2);
        for (name, value) in values {
            let read = planyo.send(GetCustomProperty::new(of, name)).await.unwrap();
            assert_eq!(read.value.as_deref(), Some(value), "{of:?}");
        }
        planyo
            .send(SetCustomProperty::new(of, "Colour", ""))
            .await
            .unwrap();
        let read = planyo
            .send(GetCustomProperty::new(of, "Colour"))
            .await
            .unwrap();
        assert_eq!(read.value, None);
    }

    // Where the objects themselves are read.
    let site = planyo.send(GetSiteInfo::new()).await.unwrap();
    assert_eq!(site.properties["House_rules"].as_deref(), Some("pets"));
    let resource = planyo.send(GetResourceInfo::new(bikes)).await.unwrap();
    assert_eq!(resource.properties["house_rules"].as_deref(), Some("pets"));
    let user = GetUser::by_id(838_801).detail_level(planyo_client::users::UserDetail::PROPERTIES);
    let user = planyo.send(user).await.unwrap();
    assert_eq!(user.properties["House_rules"].as_deref(), Some("pets"));
    assert_eq!(user.properties["Colour"], None);

    planyo
        .send(DeleteCustomProperty::new(owners[3], "Colour"))
        .await
        .unwrap();
    assert!(
        !server
            .user(838_801)
            .unwrap()
            .properties
            .contains_key("Colour")
    );
    let nobody = planyo
        .send(GetCustomProperty::new(UserId::from(1), "Colour"))
        .await;
    assert_eq!(code(&nobody.unwrap_err()), Some(3));
}

#[tokio::test]
async fn a_definition_is_read_back() {
    let (_server, planyo) = start().await;
    let define = AddCustomPropertyDefinition::new("Fuel type")
        .property_type(PropertyType::Dropdown)
        .search_condition(SearchCondition::Equal);
    let without_values = planyo.send(define.clone()).await;
    assert_eq!(code(&without_values.unwrap_err()), Some(3));
    let define = define.possible_values(["Diesel", "Electric"]);
    planyo.send(define.clone()).await.unwrap();
    assert_eq!(code(&planyo.send(define).await.unwrap_err()), Some(3));

    let read = planyo
        .send(GetCustomPropertyDefinition::new("Fuel type"))
        .await
        .unwrap();
    assert_eq!(read.name.as_deref(), Some("Fuel type"));
    assert_eq!(read.property_type, Some(PropertyType::Dropdown));
    assert_eq!(read.possible_values, ["Diesel", "Electric"]);
    assert_eq!(read.search_condition, Some(SearchCondition::Equal));
    let site = planyo.send(GetSiteInfo::new()).await.unwrap();
    assert_eq!(site.custom_resource_properties.len(), 2);

    let of_user = GetCustomPropertyDefinition::new("how_found").scope(PropertyScope::User);
    let of_user = planyo.send(of_user).await.unwrap();
    assert_eq!(of_user.possible_values.len(), 3);
    assert_eq!(
        of_user.form_item_name.as_deref(),
        Some("prop_user_how_found")
    );
    let unknown = planyo.send(GetCustomPropertyDefinition::new("Age")).await;
    assert_eq!(code(&unknown.unwrap_err()), Some(3));
}

#[tokio::test]
async fn the_one_site_is_listed() {
    let (_server, planyo) = start().await;
    let sites = planyo.pages(ListSites::new()).all().await.unwrap();
    let [site] = &sites.records[..] else {
        panic!("{sites:?}")
    };
    assert_eq!(site.id.get(), SITE);
    assert_eq!(site.info.name.as_deref(), Some("Kampeerverhuur Voorbeeld"));
}

#[tokio::test]
async fn an_email_is_sent_where_there_is_an_address() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let id = booked(&server, bikes, 838_801);
    let sent = planyo
        .send(SendEmailToCustomer::new(id, "Your bike", "It is ready."))
        .await;
    assert!(sent.unwrap().is_success());
    let [email] = &server.emails()[..] else {
        panic!("one e-mail")
    };
    assert_eq!(email.to, server.user(838_801).unwrap().email);
    assert_eq!(
        (email.reservation_id, email.title.as_str()),
        (id, "Your bike")
    );

    server.edit(838_801, |user| user.email.clear());
    let failed = planyo
        .send(SendEmailToCustomer::new(id, "Your bike", "It is ready."))
        .await;
    assert!(!failed.unwrap().is_success());
    assert_eq!(server.emails().len(), 1);
}
