//! Names of countries. Made from CLDR (Unicode-3.0, see NOTICE); not to be edited by hand, but for the names in use.
//!
//! Made with Python's Babel. For each country: the names in use that CLDR lacks (Schotland, RDC, ISO's own short names)
//! first; then its name in each of the languages en nl fr de es it pt pl da sv nb fi cs sk hu ro hr sl et lv lt el bg ru
//! uk tr ar he zh `zh_Hant` ja ko, and in its own official languages (`Locale(language).territories`); then its
//! three-letter code (`get_global('territory_aliases')`). A name that folds to one before it is left out, and so is
//! every name that could mean two countries, such as Congo.

/// The alpha-2 code of each country, and its names.
#[rustfmt::skip]
pub(super) static NAMES: [(&str, &str); 250] = [
    ("AD", "Andorra|Andorre|Andora|Ανδόρα|Андора|Андорра|أندورا|אנדורה|安道尔|安道爾|アンドラ|안도라|AND"),
    ("AE", "UAE|VAE|EAU|Emirates|Emiraten|Объединённые Арабские Эмираты|United Arab Emirates|\
        Verenigde Arabische Emiraten|Émirats arabes unis|Vereinigte Arabische Emirate|Emiratos Árabes Unidos|\
        Emirati Arabi Uniti|Emirados Árabes Unidos|Zjednoczone Emiraty Arabskie|De Forenede Arabiske Emirater|\
        Förenade Arabemiraten|De forente arabiske emirater|Arabiemiirikunnat|Spojené arabské emiráty|\
        Egyesült Arab Emírségek|Emiratele Arabe Unite|Ujedinjeni Arapski Emirati|Združeni arabski emirati|\
        Araabia Ühendemiraadid|Apvienotie Arābu Emirāti|Jungtiniai Arabų Emyratai|Ηνωμένα Αραβικά Εμιράτα|\
        Обединени арабски емирства|ОАЭ|Обʼєднані Арабські Емірати|Birleşik Arap Emirlikleri|الإمارات العربية المتحدة|\
        איחוד האמירויות הערביות|阿拉伯联合酋长国|阿拉伯聯合大公國|アラブ首長国連邦|아랍에미리트|ARE"),
    ("AF", "Afghanistan|Afganistán|Afeganistão|Afganisztán|Afganistāna|Afganistanas|Αφγανιστάν|Афганистан|Афганістан|\
        أفغانستان|אפגניסטן|阿富汗|アフガニスタン|아프가니스탄|Owganystan|AFG"),
    ("AG", "Antigua & Barbuda|Antigua és Barbuda|Antigua și Barbuda|Antigva i Barbuda|Antigva in Barbuda|\
        Antigva un Barbuda|Antigva ir Barbuda|Αντίγκουα και Μπαρμπούντα|Антигуа и Барбуда|Антигуа і Барбуда|\
        Antigua ve Barbuda|أنتيغوا وبربودا|אנטיגואה וברבודה|安提瓜和巴布达|安地卡及巴布達|アンティグア・バーブーダ|앤티가 바부다|ATG"),
    ("AI", "Anguilla|Anguila|Angvila|Angilja|Angilija|Ανγκουίλα|Ангуила|Ангилья|Ангілья|أنغويلا|אנגווילה|安圭拉|安奎拉|\
        アンギラ|앵귈라|AIA"),
    ("AL", "Shqipëria|Albania|Albanië|Albanien|Albánsko|Albanija|Albaania|Αλβανία|Албания|Албанія|Arnavutluk|ألبانيا|\
        אלבניה|阿尔巴尼亚|阿爾巴尼亞|アルバニア|알바니아|Shqipëri|ALB"),
    ("AM", "Armenia|Armenië|Armenien|Arménsko|Örményország|Armenija|Armeenia|Αρμενία|Армения|Вірменія|Ermenistan|\
        أرمينيا|ארמניה|亚美尼亚|亞美尼亞|アルメニア|아르메니아|Հայաստան|ARM"),
    ("AO", "Angola|Αγκόλα|Ангола|أنغولا|אנגולה|安哥拉|アンゴラ|앙골라|AGO"),
    ("AQ", "Antarctica|Antarctique|Antarktis|Antártida|Antartide|Antarktyda|Antarktida|Antarktisz|Antarktika|\
        Ανταρκτική|Антарктика|Антарктида|أنتاركتيكا|אנטארקטיקה|南极洲|南極洲|南極|남극 대륙|ATA"),
    ("AR", "Argentine Republic|República Argentina|Argentina|Argentinië|Argentine|Argentinien|Argentyna|Argentiina|Αργεντινή|Аржентина|Аргентина|Arjantin|\
        الأرجنتين|ארגנטינה|阿根廷|アルゼンチン|아르헨티나|ARG"),
    ("AS", "American Samoa|Amerikaans-Samoa|Samoa américaines|Amerikanisch-Samoa|Samoa Americana|Samoa Americane|\
        Samoa Amerykańskie|Amerikansk Samoa|Amerikanska Samoa|Amerikan Samoa|Americká Samoa|Amerikai Szamoa|\
        Ameriška Samoa|Ameerika Samoa|ASV Samoa|Amerikos Samoa|Αμερικανική Σαμόα|Американска Самоа|\
        Американское Самоа|Американське Самоа|Amerikan Samoası|ساموا الأمريكية|סמואה האמריקנית|美属萨摩亚|美屬薩摩亞|米領サモア|\
        아메리칸 사모아|ASM"),
    ("AT", "Austria|Oostenrijk|Autriche|Österreich|Østrig|Österrike|Itävalta|Rakousko|Rakúsko|Ausztria|Austrija|\
        Avstrija|Αυστρία|Австрия|Австрія|Avusturya|النمسا|אוסטריה|奥地利|奧地利|オーストリア|오스트리아|AUT"),
    ("AU", "Australia|Australië|Australien|Ausztrália|Australija|Avstralija|Austraalia|Αυστραλία|Австралия|Австралія|\
        Avustralya|أستراليا|אוסטרליה|澳大利亚|澳洲|オーストラリア|오스트레일리아|AUS"),
    ("AW", "Aruba|Αρούμπα|Аруба|أروبا|ארובה|阿鲁巴|荷屬阿魯巴|アルバ|아루바|ABW"),
    ("AX", "Åland Islands|Åland|Îles Åland|Ålandinseln|Islas Aland|Isole Åland|Ilhas Aland|Wyspy Alandzkie|\
        Ahvenanmaa|Ålandy|Åland-szigetek|Insulele Åland|Ålandski otoci|Alandski otoki|Ahvenamaa|Olandes salas|\
        Alandų Salos|Νήσοι Όλαντ|Оландски острови|Аландские о-ва|Аландські Острови|Åland Adaları|جزر آلاند|איי אולנד|\
        奥兰群岛|奧蘭群島|オーランド諸島|올란드 제도|ALA"),
    ("AZ", "Azerbaijan|Azerbeidzjan|Azerbaïdjan|Aserbaidschan|Azerbaiyán|Azerbaigian|Azerbaijão|Azerbejdżan|\
        Aserbajdsjan|Azerbajdzjan|Azerbaidžan|Ázerbájdžán|Azerbajdzsán|Aserbaidžaan|Azerbaidžāna|Azerbaidžanas|\
        Αζερμπαϊτζάν|Азербайджан|Azerbaycan|أذربيجان|אזרבייג׳ן|阿塞拜疆|亞塞拜然|アゼルバイジャン|아제르바이잔|Azərbaycan|Азәрбајҹан|AZE"),
    ("BA", "Bosnia|Bosnië|Bosnien|Bosnia & Herzegovina|Bosnië en Herzegovina|Bosnie-Herzégovine|\
        Bosnien und Herzegowina|Bosnia ed Erzegovina|Bośnia i Hercegowina|Bosnien-Hercegovina|Bosnia-Hercegovina|\
        Bosnia ja Hertsegovina|Bosna a Hercegovina|Bosznia-Hercegovina|Bosnia și Herțegovina|Bosna in Hercegovina|\
        Bosnia ja Hertsegoviina|Bosnija un Hercegovina|Bosnija ir Hercegovina|Βοσνία - Ερζεγοβίνη|\
        Босна и Херцеговина|Босния и Герцеговина|Боснія і Герцеговина|Bosna-Hersek|البوسنة والهرسك|בוסניה והרצגובינה|\
        波斯尼亚和黑塞哥维那|波士尼亞與赫塞哥維納|ボスニア・ヘルツェゴビナ|보스니아 헤르체고비나|BIH"),
    ("BB", "Barbados|Barbade|Barbadosa|Barbadosas|Μπαρμπέιντος|Барбадос|بربادوس|ברבדוס|巴巴多斯|巴貝多|バルバドス|바베이도스|BRB"),
    ("BD", "Bangladesh|Bangladesch|Bangladés|Bangladesz|Bangladeša|Bangladešas|Μπανγκλαντές|Бангладеш|بنغلاديش|\
        בנגלדש|孟加拉国|孟加拉|バングラデシュ|방글라데시|বাংলাদেশ|BGD"),
    ("BE", "België/Belgique|Belgique/België|Belgium|België|Belgique|Belgien|Bélgica|Belgio|Belgia|Belgicko|Belgija|\
        Βέλγιο|Белгия|Бельгия|Бельгія|Belçika|بلجيكا|בלגיה|比利时|比利時|ベルギー|벨기에|BEL"),
    ("BF", "Burkina Faso|Burquina Faso|Burkina Fasas|Μπουρκίνα Φάσο|Буркина Фасо|Буркіна-Фасо|بوركينا فاسو|\
        בורקינה פאסו|布基纳法索|布吉納法索|ブルキナファソ|부르키나파소|BFA"),
    ("BG", "Bulgaria|Bulgarije|Bulgarie|Bulgarien|Bulharsko|Bugarska|Bolgarija|Bulgaaria|Bulgārija|Βουλγαρία|\
        България|Болгария|Болгарія|Bulgaristan|بلغاريا|בולגריה|保加利亚|保加利亞|ブルガリア|불가리아|BGR"),
    ("BH", "Bahrain|Bahrein|Baréin|Bahrajn|Bahreina|Bahreinas|Μπαχρέιν|Бахрейн|Bahreyn|البحرين|בחריין|巴林|バーレーン|바레인|\
        BHR"),
    ("BI", "Burundi|Burundija|Burundis|Μπουρούντι|Бурунди|Бурунді|بوروندي|בורונדי|布隆迪|蒲隆地|ブルンジ|부룬디|Uburundi|BDI"),
    ("BJ", "Benin|Benina|Beninas|Μπενίν|Бенин|Бенін|بنين|בנין|贝宁|貝南|ベナン|베냉|BEN"),
    ("BL", "St. Barthélemy|San Bartolomé|São Bartolomeu|Svatý Bartoloměj|Svätý Bartolomej|Sveti Bartolomej|\
        Senbartelmī|Sen Bartelemi|Άγιος Βαρθολομαίος|Сен Бартелеми|Сен-Бартелемі|سان بارتليمي|סנט ברתולומיאו|圣巴泰勒米|\
        聖巴瑟米|サン・バルテルミー|생바르텔레미|BLM"),
    ("BM", "Bermuda|Bermudes|Bermudas|Bermudy|Bermudi|Bermudu salas|Βερμούδες|Бермудски острови|Бермудские о-ва|\
        Бермудські Острови|برمودا|ברמודה|百慕大|百慕達|バミューダ|버뮤다|BMU"),
    ("BN", "Brunei Darussalam|Brunei|Brunej|Bruneja|Brunėjus|Μπρουνέι|Бруней Даруссалам|Бруней|بروناي|ברוניי|文莱|汶萊|\
        ブルネイ|브루나이|بروني|BRN"),
    ("BO", "Plurinational State of Bolivia|Bolivia|Bolivie|Bolivien|Boliwia|Bolivija|Boliivia|Βολιβία|Боливия|\
        Болівія|Bolivya|بوليفيا|בוליביה|玻利维亚|玻利維亞|ボリビア|볼리비아|BOL"),
    ("BQ", "Bonaire|Saba|Sint Eustatius|Bonaire, Sint Eustatius and Saba|Caribisch Nederland|Caribbean Netherlands|Pays-Bas caribéens|\
        Karibische Niederlande|Caribe neerlandés|Caraibi Olandesi|Países Baixos Caribenhos|Niderlandy Karaibskie|\
        De tidligere Nederlandske Antiller|Karibiska Nederländerna|Karibisk Nederland|Karibian Alankomaat|\
        Karibské Nizozemsko|Karibské Holandsko|Holland Karib-térség|Insulele Caraibe Olandeze|\
        Karipski otoci Nizozemske|Nizozemski Karibi|Kariibi Madalmaad|Nīderlandes Karību salas|Karibų Nyderlandai|\
        Ολλανδία Καραϊβικής|Карибска Нидерландия|Бонэйр, Синт-Эстатиус и Саба|Карибські Нідерланди|\
        Karayip Hollandası|هولندا الكاريبية|האיים הקריביים ההולנדיים|荷属加勒比区|荷蘭加勒比區|オランダ領カリブ|네덜란드령 카리브|BES"),
    ("BR", "República Federativa do Brasil|Brazil|Brazilië|Brésil|Brasilien|Brasil|Brasile|Brazylia|Brasilia|Brazília|Brazilija|Brasiilia|Βραζιλία|\
        Бразилия|Бразилія|Brezilya|البرازيل|ברזיל|巴西|ブラジル|브라질|Brazile|BRA"),
    ("BS", "Bahamas|Bahamy|Bahama|Bahama-szigetek|Bahami|Bahamu salas|Bahamos|Μπαχάμες|Бахамски острови|Багамы|\
        Багамські Острови|Bahamalar|جزر البهاما|איי בהאמה|巴哈马|巴哈馬|バハマ|바하마|BHS"),
    ("BT", "Bhutan|Bhoutan|Bután|Butão|Butāna|Butanas|Μπουτάν|Бутан|بوتان|בהוטן|不丹|ブータン|부탄|འབྲུག|BTN"),
    ("BV", "Bouvet Island|Bouveteiland|Île Bouvet|Bouvetinsel|Isla Bouvet|Isola Bouvet|Ilha Bouvet|Wyspa Bouveta|\
        Bouvetøen|Bouvetön|Bouvetøya|Bouvet’nsaari|Bouvetův ostrov|Bouvetov ostrov|Bouvet-sziget|Insula Bouvet|\
        Otok Bouvet|Bouvetov otok|Bouvet’ saar|Buvē sala|Νήσος Μπουβέ|остров Буве|о-в Буве|Острів Буве|Bouvet Adası|\
        جزيرة بوفيه|האי בובה|布韦岛|布威島|ブーベ島|부베섬|BVT"),
    ("BW", "Botswana|Botsuana|Bocvana|Botsvāna|Μποτσουάνα|Ботсвана|بوتسوانا|בוטסואנה|博茨瓦纳|波札那|ボツワナ|보츠와나|BWA"),
    ("BY", "Weißrussland|Wit-Rusland|White Russia|Belorussia|Byelorussia|Belarus|Biélorussie|Bielorrusia|Bielorussia|\
        Bielorrússia|Białoruś|Valko-Venäjä|Bělorusko|Bielorusko|Belarusz|Bjelorusija|Belorusija|Valgevene|\
        Baltkrievija|Baltarusija|Λευκορωσία|Беларус|Беларусь|Білорусь|بيلاروس|בלארוס|白俄罗斯|白俄羅斯|ベラルーシ|벨라루스|BLR"),
    ("BZ", "Belize|Belice|Beliza|Belizas|Μπελίζ|Белиз|Беліз|بليز|בליז|伯利兹|貝里斯|ベリーズ|벨리즈|BLZ"),
    ("CA", "Canada|Kanada|Καναδάς|Канада|كندا|קנדה|加拿大|カナダ|캐나다|ᑲᓇᑕᒥ|CAN"),
    ("CC", "Cocos Islands|Keeling Islands|Cocos (Keeling) Islands|Cocoseilanden|Îles Cocos|Kokosinseln|Islas Cocos|\
        Isole Cocos (Keeling)|Ilhas Cocos (Keeling)|Wyspy Kokosowe|Cocosøerne|Kokosöarna|Kokosøyene|\
        Kookossaaret (Keelingsaaret)|Kokosové ostrovy|Kókusz (Keeling)-szigetek|Insulele Cocos (Keeling)|\
        Kokosovi (Keelingovi) Otoci|Kokosovi otoki|Kookossaared|Kokosu (Kīlinga) salas|Kokosų (Kilingo) Salos|\
        Νήσοι Κόκος (Κίλινγκ)|Кокосови острови (острови Кийлинг)|Кокосовые о-ва|Кокосові (Кілінг) Острови|\
        Cocos (Keeling) Adaları|جزر كوكوس (كيلينغ)|איי קוקוס (קילינג)|科科斯（基林）群岛|科克斯（基靈）群島|ココス(キーリング)諸島|코코스 제도|CCK"),
    ("CD", "DR Kongo|DR Congo|DRC|RDC|RD Congo|Democratic Republic of the Congo|Congo Kinshasa|Democratische Republiek Congo|\
        République démocratique du Congo|Demokratische Republik Kongo|República Democrática del Congo|\
        Repubblica Democratica del Congo|Congo DRC|Zaire|Dem. Rep. Congo|Dem. Rep. of the Congo|Kongo-Kinshasa|\
        Demokratyczna Republika Konga|Kongon demokraattinen tasavalta|Konžská demokratická republika|\
        Demokratična republika Kongo|Kongo DV|Kongo (Kinšasa)|Kongas-Kinšasa|Κονγκό - Κινσάσα|Конго (Киншаса)|\
        Конго – Кіншаса|الكونغو - كينشاسا|קונגו - קינשאסה|刚果（金）|剛果（金夏沙）|コンゴ民主共和国(キンシャサ)|콩고-킨샤사|\
        Republíki ya Kongó Demokratíki|COD|ZAR"),
    ("CF", "Central African Rep.|Centraal-Afrikaanse Republiek|République centrafricaine|\
        Zentralafrikanische Republik|República Centroafricana|Repubblica Centrafricana|Republika Środkowoafrykańska|\
        Den Centralafrikanske Republik|Centralafrikanska republiken|Den sentralafrikanske republikk|\
        Keski-Afrikan tasavalta|Středoafrická republika|Közép-afrikai Köztársaság|Republica Centrafricană|\
        Srednjoafrička Republika|Srednjeafriška republika|Kesk-Aafrika Vabariik|Centrālāfrikas Republika|\
        Centrinės Afrikos Respublika|Κεντροαφρικανική Δημοκρατία|Централноафриканска република|\
        Центрально-Африканская Республика|Центральноафриканська Республіка|Orta Afrika Cumhuriyeti|\
        جمهورية أفريقيا الوسطى|הרפובליקה המרכז-אפריקאית|中非共和国|中非共和國|中央アフリカ共和国|중앙 아프리카 공화국|Ködörösêse tî Bêafrîka|CAF"),
    ("CG", "Congo Brazzaville|Republic of the Congo|Republiek Congo|République du Congo|Republik Kongo|\
        Congo Republic|Kongo-Brazzaville|República do Congo|Kongon tasavalta|Konžská republika|Kongo Vabariik|\
        Kongo (Brazavila)|Kongas-Brazavilis|Κονγκό - Μπραζαβίλ|Конго (Бразавил)|Конго - Браззавиль|\
        Конго – Браззавіль|Kongo - Brazavil|الكونغو - برازافيل|קונגו - ברזאויל|刚果（布）|剛果（布拉薩）|コンゴ共和国(ブラザビル)|콩고-브라자빌|\
        COG"),
    ("CH", "Swiss Confederation|Confoederatio Helvetica|Confédération suisse|Schweizerische Eidgenossenschaft|Confederazione Svizzera|Helvetia|Schweiz/Suisse/Svizzera|Switzerland|Zwitserland|Suisse|Schweiz|Suiza|Svizzera|Suíça|Szwajcaria|\
        Sveits|Sveitsi|Švýcarsko|Švajčiarsko|Svájc|Elveția|Švicarska|Švica|Šveice|Šveicarija|Ελβετία|Швейцария|\
        Швейцарія|İsviçre|سويسرا|שווייץ|瑞士|スイス|스위스|Schwiiz|Svizra|CHE"),
    ("CI", "Elfenbeinküste|Ivory Coast|Ivoorkust|Côte d'Ivoire|Costa de Marfil|Costa d'Avorio|Costa do Marfim|\
        Elfenbenskysten|Elfenbenskusten|Norsunluurannikko|Pobřeží slonoviny|Pobrežie Slonoviny|Elefántcsontpart|\
        Obala Bjelokosti|Slonokoščena obala|Elevandiluurannik|Kotdivuāra|Dramblio Kaulo Krantas|Ακτή Ελεφαντοστού|\
        Кот д’Ивоар|Кот-д’Ивуар|Кот-дʼІвуар|ساحل العاج|חוף השנהב|科特迪瓦|象牙海岸|コートジボワール|코트디부아르|CIV"),
    ("CK", "Cook Islands|Cookeilanden|Îles Cook|Cookinseln|Islas Cook|Isole Cook|Ilhas Cook|Wyspy Cooka|Cookøerne|\
        Cooköarna|Cookøyene|Cookinsaaret|Cookovy ostrovy|Cookove ostrovy|Cook-szigetek|Insulele Cook|Cookovi Otoci|\
        Cookovi otoki|Cooki saared|Kuka salas|Kuko Salos|Νήσοι Κουκ|острови Кук|о-ва Кука|Острови Кука|Cook Adaları|\
        جزر كوك|איי קוק|库克群岛|庫克群島|クック諸島|쿡 제도|COK"),
    ("CL", "Chile|Chili|Cile|Tšiili|Χιλή|Чили|Чилі|Şili|تشيلي|צ׳ילה|智利|チリ|칠레|CHL"),
    ("CM", "Cameroon|Kameroen|Cameroun|Kamerun|Camerún|Camarões|Kamerūna|Kamerūnas|Καμερούν|Камерун|الكاميرون|קמרון|\
        喀麦隆|喀麥隆|カメルーン|카메룬|CMR"),
    ("CN", "PRC|PR China|VR China|中国大陆|China|Chine|Cina|Chiny|Kina|Kiina|Kitajska|Hiina|Kinija|Κίνα|Китай|Çin|الصين|סין|中国|中國|중국|جۇڭگو|Cunghgoz|\
        རྒྱ་ནག|CHN"),
    ("CO", "Colombia|Colombie|Kolumbien|Kolumbia|Kolumbie|Columbia|Kolumbija|Κολομβία|Колумбия|Колумбія|Kolombiya|\
        كولومبيا|קולומביה|哥伦比亚|哥倫比亞|コロンビア|콜롬비아|COL"),
    ("CR", "Costa Rica|Kostaryka|Kostarika|Κόστα Ρίκα|Коста Рика|كوستاريكا|קוסטה ריקה|哥斯达黎加|哥斯大黎加|コスタリカ|코스타리카|CRI"),
    ("CU", "Cuba|Kuba|Kuuba|Κούβα|Куба|Küba|كوبا|קובה|古巴|キューバ|쿠바|CUB"),
    ("CV", "Cape Verde|Kaapverdië|Cap-Vert|Kap Verde|Cabo Verde|Capo Verde|Republika Zielonego Przylądka|Kapp Verde|\
        Kapverdy|Zöld-foki Köztársaság|Capul Verde|Zelenortska Republika|Zelenortski otoki|Roheneemesaared|Kaboverde|\
        Žaliasis Kyšulys|Πράσινο Ακρωτήριο|Кабо Верде|الرأس الأخضر|כף ורדה|佛得角|維德角|カーボベルデ|카보베르데|CPV"),
    ("CW", "Curacao|Curazao|Kirasao|Kiurasao|Κουρασάο|Кюрасао|كوراساو|קוראסאו|库拉索|庫拉索|キュラソー|퀴라소|Kòrsou|CUW"),
    ("CX", "Christmas Island|Christmaseiland|Île Christmas|Weihnachtsinsel|Isla de Navidad|Isola Christmas|\
        Ilha Christmas|Wyspa Bożego Narodzenia|Juleøen|Julön|Christmasøya|Joulusaari|Vánoční ostrov|Vianočný ostrov|\
        Karácsony-sziget|Insula Christmas|Božićni Otok|Jõulusaar|Ziemsvētku sala|Kalėdų Sala|Νήσος των Χριστουγέννων|\
        остров Рождество|о-в Рождества|Острів Різдва|Christmas Adası|جزيرة كريسماس|אי חג המולד|圣诞岛|聖誕島|クリスマス島|크리스마스섬|\
        CXR"),
    ("CY", "Cyprus|Chypre|Zypern|Chipre|Cipro|Cypr|Cypern|Kypros|Kypr|Ciprus|Cipru|Cipar|Ciper|Küpros|Kipra|Kipras|\
        Κύπρος|Кипър|Кипр|Кіпр|Kıbrıs|قبرص|קפריסין|塞浦路斯|賽普勒斯|キプロス|키프로스|CYP"),
    ("CZ", "Česká republika|Czech Republic|Tsjechische Republiek|République tchèque|Rép. tchèque|\
        Tschechische Republik|Tschechei|República Checa|Repubblica Ceca|Чешская Республика|Czechia|Tsjechië|Tchéquie|\
        Tschechien|Chequia|Cechia|Tchéquia|Czechy|Tjekkiet|Tjeckien|Tsjekkia|Tšekki|Česko|Csehország|Cehia|Češka|\
        Tšehhi|Čehija|Čekija|Τσεχία|Чехия|Чехія|Çekya|التشيك|צ׳כיה|捷克|チェコ|체코|CZE"),
    ("DE", "BRD|Bundesrepublik Deutschland|Germany|Duitsland|Allemagne|Deutschland|Alemania|Germania|Alemanha|Niemcy|\
        Tyskland|Saksa|Německo|Németország|Njemačka|Nemčija|Saksamaa|Vācija|Vokietija|Γερμανία|Германия|Німеччина|\
        Almanya|ألمانيا|גרמניה|德国|德國|ドイツ|독일|Tjiisklun|DDR|DEU"),
    ("DJ", "Djibouti|Dschibuti|Yibuti|Gibuti|Djibuti|Dżibuti|Džibutsko|Dzsibuti|Džibutija|Džibutis|Τζιμπουτί|Джибути|\
        Джибуті|Cibuti|جيبوتي|ג׳יבוטי|吉布提|吉布地|ジブチ|지부티|DJI"),
    ("DK", "Denmark|Denemarken|Danemark|Dänemark|Dinamarca|Danimarca|Dania|Danmark|Tanska|Dánsko|Danemarca|Danska|\
        Taani|Dānija|Δανία|Дания|Данія|Danimarka|الدانمرك|דנמרק|丹麦|丹麥|デンマーク|덴마크|Danmarki|DNK"),
    ("DM", "Dominica|Dominique|Dominika|Ντομίνικα|Доминика|Домініка|دومينيكا|דומיניקה|多米尼克|ドミニカ国|도미니카|DMA"),
    ("DO", "Rep. Dominicana|Dominican Rep.|Dominicaanse Republiek|République dominicaine|Dominikanische Republik|\
        República Dominicana|Repubblica Dominicana|Dominikana|Den Dominikanske Republik|Dominikanska republiken|\
        Den dominikanske republikk|Dominikaaninen tasavalta|Dominikánská republika|Dominikai Köztársaság|\
        Dominikaani Vabariik|Dominikos Respublika|Δομινικανή Δημοκρατία|Доминиканска република|\
        Доминиканская Республика|Домініканська Республіка|Dominik Cumhuriyeti|جمهورية الدومينيكان|\
        הרפובליקה הדומיניקנית|多米尼加共和国|多明尼加共和國|ドミニカ共和国|도미니카 공화국|DOM"),
    ("DZ", "Algeria|Algerije|Algérie|Algerien|Argelia|Algieria|Algeriet|Alžírsko|Alžir|Alžirija|Alžeeria|Alžyras|\
        Αλγερία|Алжир|Cezayir|الجزائر|אלג׳יריה|阿尔及利亚|阿爾及利亞|アルジェリア|알제리|DZA"),
    ("EC", "Ecuador|Équateur|Equador|Ekwador|Ekvádor|Ekvadora|Ekvadoras|Ισημερινός|Еквадор|Эквадор|الإكوادور|אקוודור|\
        厄瓜多尔|厄瓜多|エクアドル|에콰도르|ECU"),
    ("EE", "Estonia|Estland|Estonie|Viro|Estonsko|Észtország|Estonija|Eesti|Igaunija|Estija|Εσθονία|Естония|Эстония|\
        Естонія|Estonya|إستونيا|אסטוניה|爱沙尼亚|愛沙尼亞|エストニア|에스토니아|EST"),
    ("EG", "Egypt|Egypte|Ägypten|Egipto|Egitto|Egito|Egipt|Egypten|Egypti|Egyiptom|Egipat|Egiptus|Ēģipte|Egiptas|\
        Αίγυπτος|Египет|Єгипет|Mısır|مصر|מצרים|埃及|エジプト|이집트|EGY"),
    ("EH", "Western Sahara|Westelijke Sahara|Sahara occidental|Westsahara|Sahara Occidentale|Saara Ocidental|\
        Sahara Zachodnia|Vestsahara|Västsahara|Länsi-Sahara|Západní Sahara|Západná Sahara|Nyugat-Szahara|\
        Sahara Occidentală|Zahodna Sahara|Lääne-Sahara|Rietumsahāra|Vakarų Sachara|Δυτική Σαχάρα|Западна Сахара|\
        Западная Сахара|Західна Сахара|Batı Sahra|الصحراء الغربية|סהרה המערבית|西撒哈拉|西サハラ|서사하라|ESH"),
    ("ER", "State of Eritrea|Eritrea|Érythrée|Eritreia|Erytrea|Eritreea|Eritreja|Ερυθραία|Еритрея|Эритрея|Eritre|إريتريا|אריתריאה|\
        厄立特里亚|厄利垂亞|エリトリア|에리트리아|ኤርትራ|ERI"),
    ("ES", "Espagne|Spain|Spanje|Spanien|España|Spagna|Espanha|Hiszpania|Spania|Espanja|Španělsko|Španielsko|\
        Spanyolország|Španjolska|Španija|Hispaania|Ispanija|Ισπανία|Испания|Іспанія|İspanya|إسبانيا|ספרד|西班牙|スペイン|\
        스페인|Espanya|Espainia|ESP"),
    ("ET", "Ethiopia|Ethiopië|Äthiopien|Etiopía|Etiopien|Etiopie|Etiopija|Etioopia|Αιθιοπία|Етиопия|Эфиопия|Ефіопія|\
        Etiyopya|إثيوبيا|אתיופיה|埃塞俄比亚|衣索比亞|エチオピア|에티오피아|ኢትዮጵያ|ETH"),
    ("FI", "Finland|Finlande|Finnland|Finlandia|Suomi|Finsko|Finnország|Finlanda|Finska|Soome|Somija|Suomija|\
        Φινλανδία|Финландия|Финляндия|Фінляндія|Finlandiya|فنلندا|פינלנד|芬兰|芬蘭|フィンランド|핀란드|Lääʹddjânnam|FIN"),
    ("FJ", "Fiji|Fidji|Fidschi|Fiyi|Figi|Fidżi|Fidzsi|Fidžis|Φίτζι|Фиджи|Фіджі|فيجي|פיג׳י|斐济|斐濟|フィジー|피지|FJI"),
    ("FK", "Falkland Islands|Falkland Islands (Malvinas)|Malvinas|Falklandeilanden|Îles Malouines|Falklandinseln|\
        Islas Malvinas|Isole Falkland|Ilhas Malvinas|Falklandy|Falklandsøerne|Falklandsöarna|Falklandsøyene|\
        Falklandinsaaret|Falklandské ostrovy|Falkland-szigetek|Insulele Falkland|Falklandski Otoci|Falklandski otoki|\
        Falklandi saared|Folklenda salas|Folklando salos|Νήσοι Φόκλαντ|Фолкландски острови|Фолклендские о-ва|\
        Фолклендські Острови|Falkland Adaları|جزر فوكلاند|איי פוקלנד|福克兰群岛|福克蘭群島|フォークランド諸島|포클랜드 제도|FLK"),
    ("FM", "Federated States of Micronesia|Micronesia|Micronésie|Mikronesien|Mikronezja|Mikronesiaføderasjonen|\
        Mikronesia|Mikronésie|Mikronézia|Micronezia|Mikronezija|Mikroneesia|Μικρονησία|Микронезия|\
        Федеративные Штаты Микронезии|Мікронезія|Mikronezya|ميكرونيزيا|מיקרונזיה|密克罗尼西亚|密克羅尼西亞|ミクロネシア連邦|미크로네시아|FSM"),
    ("FO", "Faroe Islands|Faeröer|Faroes|Îles Féroé|Färöer|Islas Feroe|Isole Fær Øer|Ilhas Faroé|Wyspy Owcze|\
        Færøerne|Färöarna|Færøyene|Färsaaret|Faerské ostrovy|Feröer szigetek|Insulele Feroe|Farski Otoci|\
        Ferski otoki|Fääri saared|Fēru salas|Farerų Salos|Νήσοι Φερόες|Фарьорски острови|Фарерские о-ва|\
        Фарерські Острови|Faroe Adaları|جزر فارو|איי פארו|法罗群岛|法羅群島|フェロー諸島|페로 제도|Føroyar|FRO"),
    ("FR", "French Republic|République française|Franse Republiek|France|Frankrijk|Frankreich|Francia|França|Francja|Frankrig|Frankrike|Ranska|Francie|Francúzsko|\
        Franciaország|Franța|Francuska|Francija|Prantsusmaa|Prancūzija|Γαλλία|Франция|Франція|Fransa|فرنسا|צרפת|法国|\
        法國|フランス|프랑스|FRA|FXX"),
    ("GA", "Gabon|Gabun|Gabão|Gabona|Gabonas|Γκαμπόν|Габон|الغابون|גבון|加蓬|加彭|ガボン|가봉|GAB"),
    ("GB", "UK|Britain|Great Britain|England|Engeland|Angleterre|Inghilterra|Inglaterra|Anglia|Anglie|Schotland|\
        Scotland|Écosse|Schottland|Escocia|Scozia|Szkocja|Wales|Pays de Galles|Gales|Galles|Walia|Northern Ireland|\
        Noord-Ierland|Irlande du Nord|Nordirland|Irlanda del Norte|Irlanda del Nord|Irlandia Północna|\
        Groot-Brittannië|Grande-Bretagne|Großbritannien|Gran Bretaña|Gran Bretagna|Grã-Bretanha|Wielka Brytania|VK|\
        United Kingdom of Great Britain and Northern Ireland|Англия|Англія|Αγγλία|Μεγάλη Βρετανία|إنجلترا|بريطانيا|\
        英国|英國|Об’єднане Королівство|Соединённое Королевство|United Kingdom|Verenigd Koninkrijk|Royaume-Uni|\
        Vereinigtes Königreich|Reino Unido|Regno Unito|Storbritannien|Storbritannia|Iso-Britannia|Spojené království|\
        Spojené kráľovstvo|Egyesült Királyság|Regatul Unit|Ujedinjeno Kraljevstvo|Združeno kraljestvo|\
        Ühendkuningriik|Apvienotā Karaliste|Jungtinė Karalystė|Ηνωμένο Βασίλειο|Обединеното кралство|Великобритания|\
        Велика Британія|Birleşik Krallık|المملكة المتحدة|בריטניה|イギリス|영국|Y Deyrnas Unedig|an Ríocht Aontaithe|\
        An Rìoghachd Aonaichte|GBR"),
    ("GD", "Grenada|Grenade|Granada|Γρενάδα|Гренада|غرينادا|גרנדה|格林纳达|格瑞那達|グレナダ|그레나다|GRD"),
    ("GE", "Georgia|Georgië|Georgien|Gruzja|Gruzie|Gruzínsko|Grúzia|Gruzija|Gruusia|Γεωργία|Грузия|Грузія|Gürcistan|\
        جورجيا|גאורגיה|格鲁吉亚|喬治亞|ジョージア|조지아|საქართველო|Гуырдзыстон|Қырҭтәыла|GEO"),
    ("GF", "French Guiana|Frans-Guyana|Guyane française|Französisch-Guayana|Guayana Francesa|Guyana Francese|\
        Guiana Francesa|Gujana Francuska|Fransk Guyana|Franska Guyana|Ranskan Guayana|Francouzská Guyana|\
        Francúzska Guyana|Francia Guyana|Guyana Franceză|Francuska Gijana|Francoska Gvajana|Prantsuse Guajaana|\
        Francijas Gviāna|Prancūzijos Gviana|Γαλλική Γουιάνα|Френска Гвиана|Французская Гвиана|Французька Гвіана|\
        Fransız Guyanası|غويانا الفرنسية|גיאנה הצרפתית|法属圭亚那|法屬圭亞那|仏領ギアナ|프랑스령 기아나|GUF"),
    ("GG", "Guernsey|Guernesey|Gērnsija|Gernsis|Γκέρνζι|Гърнзи|Гернси|Гернсі|غيرنزي|גרנזי|根西岛|根息|ガーンジー|건지|GGY"),
    ("GH", "Ghana|Gana|Γκάνα|Гана|غانا|גאנה|加纳|迦納|ガーナ|가나|Gaana|Ghana nutome|GHA"),
    ("GI", "Gibraltar|Gibilterra|Gibraltārs|Gibraltaras|Γιβραλτάρ|Гибралтар|Гібралтар|Cebelitarık|جبل طارق|גיברלטר|\
        直布罗陀|直布羅陀|ジブラルタル|지브롤터|GIB"),
    ("GL", "Greenland|Groenland|Grönland|Groenlandia|Grenlandia|Grönlanti|Grónsko|Groenlanda|Grenland|Grenlandija|\
        Gröönimaa|Grenlande|Γροιλανδία|Гренландия|Гренландія|غرينلاند|גרינלנד|格陵兰|格陵蘭|グリーンランド|그린란드|Kalaallit Nunaat|\
        GRL"),
    ("GM", "Gambia|Gambie|Gambija|Γκάμπια|Гамбия|Гамбія|Gambiya|غامبيا|גמביה|冈比亚|甘比亞|ガンビア|감비아|GMB"),
    ("GN", "Guinea|Guinee|Guiné|Gwinea|Guineea|Gvineja|Γουινέα|Гвинея|Гвінея|Gine|غينيا|גינאה|几内亚|幾內亞|ギニア|기니|GIN"),
    ("GP", "Guadeloupe|Guadalupe|Guadalupa|Gwadelupa|Guadelupa|Gvadelup|Gvadelupa|Γουαδελούπη|Гваделупа|غوادلوب|\
        גוואדלופ|瓜德罗普|瓜地洛普|グアドループ|과들루프|GLP"),
    ("GQ", "Equatorial Guinea|Equatoriaal-Guinea|Guinée équatoriale|Äquatorialguinea|Guinea Ecuatorial|\
        Guinea Equatoriale|Guiné Equatorial|Gwinea Równikowa|Ækvatorialguinea|Ekvatorialguinea|Päiväntasaajan Guinea|\
        Rovníková Guinea|Egyenlítői-Guinea|Guineea Ecuatorială|Ekvatorska Gvineja|Ekvatorialna Gvineja|\
        Ekvatoriaal-Guinea|Ekvatoriālā Gvineja|Pusiaujo Gvinėja|Ισημερινή Γουινέα|Екваториална Гвинея|\
        Экваториальная Гвинея|Екваторіальна Гвінея|Ekvator Ginesi|غينيا الاستوائية|גינאה המשוונית|赤道几内亚|赤道幾內亞|赤道ギニア|\
        적도 기니|GNQ"),
    ("GR", "Ελληνική Δημοκρατία|Elliniki Dimokratia|EL|Hellas|Ellada|Hellenic Republic|Greece|Griekenland|Grèce|Griechenland|Grecia|Grecja|Grækenland|\
        Grekland|Kreikka|Řecko|Grécko|Görögország|Grčka|Grčija|Kreeka|Grieķija|Graikija|Ελλάδα|Гърция|Греция|Греція|\
        Yunanistan|اليونان|יוון|希腊|希臘|ギリシャ|그리스|GRC"),
    ("GS", "South Georgia and the South Sandwich Islands|Zuid-Georgia en Zuidelijke Sandwicheilanden|\
        Géorgie du Sud-et-les Îles Sandwich du Sud|Südgeorgien und die Südlichen Sandwichinseln|\
        Islas Georgia del Sur y Sandwich del Sur|Georgia del Sud e Sandwich Australi|\
        Ilhas Geórgia do Sul e Sandwich do Sul|Georgia Południowa i Sandwich Południowy|\
        South Georgia og De Sydlige Sandwichøer|Sydgeorgien och Sydsandwichöarna|Sør-Georgia og Sør-Sandwichøyene|\
        Etelä-Georgia ja Eteläiset Sandwichinsaaret|Jižní Georgie a Jižní Sandwichovy ostrovy|\
        Južná Georgia a Južné Sandwichove ostrovy|Déli-Georgia és Déli-Sandwich-szigetek|\
        Georgia de Sud și Insulele Sandwich de Sud|Južna Georgia i Otoci Južni Sandwich|\
        Južna Georgia in Južni Sandwichevi otoki|Lõuna-Georgia ja Lõuna-Sandwichi saared|\
        Dienviddžordžija un Dienvidsendviču salas|Pietų Džordžija ir Pietų Sandvičo salos|\
        Νήσοι Νότια Γεωργία και Νότιες Σάντουιτς|Южна Джорджия и Южни Сандвичеви острови|\
        Южная Георгия и Южные Сандвичевы о-ва|Південна Джорджія та Південні Сандвічеві Острови|\
        Güney Georgia ve Güney Sandwich Adaları|جورجيا الجنوبية وجزر ساندويتش الجنوبية|\
        ג׳ורג׳יה הדרומית ואיי סנדוויץ׳ הדרומיים|南乔治亚和南桑威奇群岛|南喬治亞與南三明治群島|サウスジョージア・サウスサンドウィッチ諸島|사우스조지아 사우스샌드위치 제도|SGS"),
    ("GT", "Guatemala|Gwatemala|Gvatemala|Γουατεμάλα|Гватемала|غواتيمالا|גואטמלה|危地马拉|瓜地馬拉|グアテマラ|과테말라|GTM"),
    ("GU", "Guam|Gvam|Guama|Guamas|Γκουάμ|Гуам|غوام|גואם|关岛|關島|グアム|괌|GUM"),
    ("GW", "Guinea-Bissau|Guinee-Bissau|Guinea-Bisáu|Guiné-Bissau|Gwinea Bissau|Bissau-Guinea|Guineea-Bissau|\
        Gvineja Bisau|Gvineja Bissau|Gvineja-Bisava|Bisau Gvinėja|Γουινέα Μπισάου|Гвинея-Бисау|Гвінея-Бісау|\
        Gine-Bissau|غينيا بيساو|גינאה-ביסאו|几内亚比绍|幾內亞比索|ギニアビサウ|기니비사우|GNB"),
    ("GY", "Guyana|Guiana|Gujana|Gvajana|Gajāna|Γουιάνα|Гаяна|Гайана|غيانا|גיאנה|圭亚那|蓋亞那|ガイアナ|가이아나|GUY"),
    ("HK", "香港|香港特別行政區|Hong Kong|Hong Kong SAR China|Hongkong SAR van China|R.A.S. chinoise de Hong Kong|\
        Sonderverwaltungsregion Hongkong|RAE de Hong Kong (China)|RAS di Hong Kong|Hong Kong, RAE da China|\
        SRA Hongkong (Chiny)|SAR Hongkong|Hongkong SAR|Hongkong SAR Kina|Hongkong – Kiinan erityishallintoalue|\
        Hongkong – ZAO Číny|Hongkong – OAO Číny|Hongkong KKT|R.A.S. Hong Kong, China|PUP Hong Kong Kina|\
        Posebno upravno območje Ljudske republike Kitajske Hongkong|Hongkongi erihalduspiirkond|\
        Ķīnas īpašās pārvaldes apgabals Honkonga|Ypatingasis Administracinis Kinijos Regionas Honkongas|\
        Χονγκ Κονγκ ΕΔΠ Κίνας|Хонконг, САР на Китай|Гонконг (САР)|Гонконг, ОАР Китаю|Çin Hong Kong ÖİB|\
        هونغ كونغ الصينية (منطقة إدارية خاصة)|הונג קונג (אזור מנהלי מיוחד של סין)|中国香港特别行政区|中國香港特別行政區|中華人民共和国香港特別行政区|\
        홍콩(중국 특별행정구)|HKG"),
    ("HM", "Heard Island and McDonald Islands|Heard and McDonald Islands|Heard en McDonaldeilanden|\
        Îles Heard-et-MacDonald|Heard und McDonaldinseln|Islas Heard y McDonald|Isole Heard e McDonald|\
        Ilhas Heard e McDonald|Wyspy Heard i McDonalda|Heardön och McDonaldöarna|Heard- og McDonaldøyene|\
        Heard ja McDonaldinsaaret|Heardův ostrov a McDonaldovy ostrovy|Heardov ostrov a Macdonaldove ostrovy|\
        Heard-sziget és McDonald-szigetek|Insula Heard și Insulele McDonald|Otoci Heard i McDonald|\
        Heardov otok in McDonaldovi otoki|Heardi ja McDonaldi saared|Hērda sala un Makdonalda salas|\
        Herdo ir Makdonaldo Salos|Νήσοι Χερντ και Μακντόναλντ|острови Хърд и Макдоналд|о-ва Херд и Макдональд|\
        Острови Герд і Макдоналд|Heard Adası ve McDonald Adaları|جزيرة هيرد وجزر ماكدونالد|איי הרד ומקדונלד|\
        赫德岛和麦克唐纳群岛|赫德島及麥唐納群島|ハード島・マクドナルド諸島|허드 맥도널드 제도|HMD"),
    ("HN", "Honduras|Hondurasa|Ονδούρα|Хондурас|Гондурас|هندوراس|הונדורס|洪都拉斯|宏都拉斯|ホンジュラス|온두라스|HND"),
    ("HR", "Republika Hrvatska|Croatia|Kroatië|Croatie|Kroatien|Croacia|Croazia|Chorwacja|Kroatia|Chorvatsko|\
        Horvátország|Hrvatska|Hrvaška|Horvaatia|Horvātija|Kroatija|Κροατία|Хърватия|Хорватия|Хорватія|Hırvatistan|\
        كرواتيا|קרואטיה|克罗地亚|克羅埃西亞|クロアチア|크로아티아|Croasia|HRV"),
    ("HT", "Haiti|Haitis|Αϊτή|Хаити|Гаити|Гаїті|هايتي|האיטי|海地|ハイチ|아이티|HTI"),
    ("HU", "Hungary|Hongarije|Hongrie|Ungarn|Hungría|Ungheria|Węgry|Ungern|Unkari|Maďarsko|Magyarország|Ungaria|\
        Mađarska|Madžarska|Ungari|Ungārija|Vengrija|Ουγγαρία|Унгария|Венгрия|Угорщина|Macaristan|هنغاريا|הונגריה|匈牙利|\
        ハンガリー|헝가리|HUN"),
    ("ID", "Indonesia|Indonesië|Indonesien|Indonezja|Indonézia|Indonezija|Indoneesia|Ινδονησία|Индонезия|Індонезія|\
        Endonezya|إندونيسيا|אינדונזיה|印度尼西亚|印尼|インドネシア|인도네시아|IDN"),
    ("IE", "Republic of Ireland|Republiek Ierland|République d'Irlande|Republik Irland|Eire|Ireland|Ierland|Irlande|\
        Irland|Irlanda|Irlandia|Irlanti|Irsko|Írország|Irska|Iirimaa|Īrija|Airija|Ιρλανδία|Ирландия|Ірландія|أيرلندا|\
        אירלנד|爱尔兰|愛爾蘭|アイルランド|아일랜드|IRL"),
    ("IL", "State of Israel|Medinat Israel|Israel|Israele|Izrael|Iisrael|Izraēla|Izraelis|Ισραήλ|Израел|Израиль|Ізраїль|İsrail|إسرائيل|ישראל|以色列|\
        イスラエル|이스라엘|ISR"),
    ("IM", "Isle of Man|Île de Man|Isla de Man|Isola di Man|Ilha de Man|Wyspa Man|Man|Mansaari|Ostrov Man|Man-sziget|\
        Insula Man|Otok Man|Mani saar|Menas sala|Meno Sala|Νήσος του Μαν|остров Ман|о-в Мэн|Острів Мен|Man Adası|\
        جزيرة مان|האי מאן|马恩岛|曼島|マン島|맨섬|Ellan Vannin|IMN"),
    ("IN", "India|Bharat|Inde|Indien|Indie|Intia|Indija|Ινδία|Индия|Індія|Hindistan|الهند|הודו|印度|インド|인도|भारत|ভারত|\
        భారతదేశం|இந்தியா|بھارت|ભારત|ಭಾರತ|ଭାରତ|ഇന്ത്യ|ਭਾਰਤ|ভাৰত|ᱤᱱᱰᱤᱭᱟ|ہِندوستان|ڀارت|IND"),
    ("IO", "British Indian Ocean Territory|Brits Indische Oceaanterritorium|Territoire britannique de l’océan Indien|\
        Britisches Territorium im Indischen Ozean|Territorio Británico del Océano Índico|\
        Territorio Britannico dell’Oceano Indiano|Território Britânico do Oceano Índico|\
        Brytyjskie Terytorium Oceanu Indyjskiego|Det Britiske Territorium i Det Indiske Ocean|\
        Brittiska territoriet i Indiska oceanen|Det britiske territoriet i Indiahavet|\
        Brittiläinen Intian valtameren alue|Britské indickooceánské území|Britské indickooceánske územie|\
        Brit Indiai-óceáni Terület|Teritoriul Britanic din Oceanul Indian|Britanski Indijskooceanski Teritorij|\
        Britansko ozemlje v Indijskem oceanu|Briti India ookeani ala|Indijas okeāna Britu teritorija|\
        Indijos Vandenyno Britų Sritis|Βρετανικά Εδάφη Ινδικού Ωκεανού|Британска територия в Индийския океан|\
        Британская территория в Индийском океане|Британська територія в Індійському океані|\
        Britanya Hint Okyanusu Toprakları|الإقليم البريطاني في المحيط الهندي|הטריטוריה הבריטית באוקיינוס ההודי|\
        英属印度洋领地|英屬印度洋領地|英領インド洋地域|영국령 인도양 지역|IOT"),
    ("IQ", "Iraq|Irak|Iraque|Iraak|Irāka|Irakas|Ιράκ|Ирак|Ірак|العراق|עיראק|伊拉克|イラク|이라크|عێراق|IRQ"),
    ("IR", "Islamic Republic of Iran|Iran|Irã|Iraan|Irāna|Iranas|Ιράν|Иран|Іран|إيران|איראן|伊朗|イラン|이란|ایران|IRN"),
    ("IS", "Iceland|IJsland|Islande|Island|Islandia|Islanda|Islanti|Izland|Islandija|Ισλανδία|Исландия|Ісландія|\
        İzlanda|آيسلندا|איסלנד|冰岛|冰島|アイスランド|아이슬란드|ISL"),
    ("IT", "Italian Republic|Repubblica Italiana|Italy|Italië|Italien|Italia|Włochy|Taliansko|Olaszország|Italija|Itaalia|Ιταλία|Италия|Італія|İtalya|\
        إيطاليا|איטליה|意大利|義大利|イタリア|이탈리아|ITA"),
    ("JE", "Jersey|Džērsija|Džersis|Τζέρζι|Джърси|Джерси|Джерсі|جيرسي|ג׳רזי|泽西岛|澤西島|ジャージー|저지|JEY"),
    ("JM", "Jamaica|Jamaïque|Jamaika|Giamaica|Jamajka|Τζαμάικα|Ямайка|جامايكا|ג׳מייקה|牙买加|牙買加|ジャマイカ|자메이카|JAM"),
    ("JO", "Jordan|Jordanië|Jordanien|Jordania|Giordania|Jordánsko|Iordania|Jordanija|Jordaania|Ιορδανία|Йордания|\
        Йорданія|Ürdün|الأردن|ירדן|约旦|約旦|ヨルダン|요르단|JOR"),
    ("JP", "Nippon|Nihon|Japan|Japon|Giappone|Japão|Japonia|Japani|Japonsko|Japonska|Jaapan|Japāna|Japonija|Ιαπωνία|Япония|Японія|\
        Japonya|اليابان|יפן|日本|일본|JPN"),
    ("KE", "Kenya|Kenia|Quênia|Keňa|Kenija|Keenia|Κένυα|Кения|Кенія|كينيا|קניה|肯尼亚|肯亞|ケニア|케냐|KEN"),
    ("KG", "Kyrgyzstan|Kirgizië|Kirghizstan|Kirgisistan|Kirguistán|Kirghizistan|Quirguistão|Kirgistan|Kirgizistan|\
        Kirgisia|Kirgizsko|Kirgizisztán|Kârgâzstan|Kõrgõzstan|Kirgizstāna|Kirgizija|Κιργιστάν|Киргизстан|Киргизия|\
        قيرغيزستان|קירגיזסטן|吉尔吉斯斯坦|吉爾吉斯|キルギス|키르기스스탄|Кыргызстан|KGZ"),
    ("KH", "Cambodia|Cambodja|Cambodge|Kambodscha|Camboya|Cambogia|Camboja|Kambodża|Kambodja|Kambodsja|Kambodzsa|\
        Cambodgia|Καμπότζη|Камбоджа|Kamboçya|كمبوديا|קמבודיה|柬埔寨|カンボジア|캄보디아|កម្ពុជា|KHM"),
    ("KI", "Kiribati|Quiribati|Kiribatis|Κιριμπάτι|Кирибати|Кірибаті|كيريباتي|קיריבאטי|基里巴斯|吉里巴斯|キリバス|키리바시|KIR"),
    ("KM", "Comoros|Comoren|Comores|Komoren|Comoras|Comore|Komory|Comorerne|Komorerna|Komorene|Komorit|\
        Comore-szigetek|Komori|Komoorid|Komoru salas|Komorai|Κομόρες|Коморски острови|Коморы|Комори|Komorlar|\
        جزر القمر|קומורו|科摩罗|葛摩|コモロ|코모로|COM"),
    ("KN", "St. Kitts & Nevis|Saint-Christophe-et-Niévès|San Cristóbal y Nieves|São Cristóvão e Névis|\
        Svatý Kryštof a Nevis|Svätý Krištof a Nevis|Saint Kitts és Nevis|Saint Kitts și Nevis|\
        Sveti Kristofor i Nevis|Sveti Krištof in Nevis|Sentkitsa un Nevisa|Sent Kitsas ir Nevis|Σεν Κιτς και Νέβις|\
        Сейнт Китс и Невис|Сент-Китс и Невис|Сент-Кітс і Невіс|Saint Kitts ve Nevis|سانت كيتس ونيفيس|סנט קיטס ונוויס|\
        圣基茨和尼维斯|聖克里斯多福及尼維斯|セントクリストファー・ネーヴィス|세인트키츠 네비스|KNA"),
    ("KP", "Democratic People's Republic of Korea|DPRK|Korea North|Nordkorea|\
        République populaire démocratique de Corée|North Korea|Noord-Korea|Corée du Nord|Corea del Norte|\
        Corea del Nord|Coreia do Norte|Korea Północna|Pohjois-Korea|Severní Korea|Severná Kórea|Észak-Korea|\
        Coreea de Nord|Sjeverna Koreja|Severna Koreja|Põhja-Korea|Ziemeļkoreja|Šiaurės Korėja|Βόρεια Κορέα|\
        Северна Корея|КНДР|Північна Корея|Kuzey Kore|كوريا الشمالية|קוריאה הצפונית|朝鲜|北韓|北朝鮮|북한|PRK"),
    ("KR", "한국|Republic of Korea|South Korea|Korea South|Republiek Korea|République de Corée|Republik Korea|Südkorea|\
        Республика Корея|大韩民国|大韓民國|南韓|韓国|Zuid-Korea|Corée du Sud|Corea del Sur|Corea del Sud|Coreia do Sul|\
        Korea Południowa|Sydkorea|Sør-Korea|Etelä-Korea|Jižní Korea|Južná Kórea|Dél-Korea|Coreea de Sud|Južna Koreja|\
        Lõuna-Korea|Dienvidkoreja|Pietų Korėja|Νότια Κορέα|Южна Корея|Південна Корея|Güney Kore|كوريا الجنوبية|\
        קוריאה הדרומית|韩国|대한민국|KOR"),
    ("KW", "State of Kuwait|Kuwait|Koeweit|Koweït|Kuwejt|Kuvajt|Kuvait|Kuweit|Kuveit|Kuveita|Kuveitas|Κουβέιτ|Кувейт|Kuveyt|الكويت|\
        כווית|科威特|クウェート|쿠웨이트|KWT"),
    ("KY", "Cayman Islands|Kaaimaneilanden|Îles Caïmans|Kaimaninseln|Islas Caimán|Isole Cayman|Ilhas Cayman|Kajmany|\
        Caymanøerne|Caymanöarna|Caymanøyene|Caymansaaret|Kajmanské ostrovy|Kajmanie ostrovy|Kajmán-szigetek|\
        Insulele Cayman|Kajmanski Otoci|Kajmanji otoki|Kaimanisaared|Kaimanu salas|Kaimanų Salos|Νήσοι Κέιμαν|\
        Кайманови острови|о-ва Кайман|Кайманові Острови|Cayman Adaları|جزر كايمان|איי קיימן|开曼群岛|開曼群島|ケイマン諸島|케이맨 제도|\
        CYM"),
    ("KZ", "Kazakhstan|Kazachstan|Kasachstan|Kazajistán|Kazakistan|Cazaquistão|Kasakhstan|Kazakstan|Kazahsztán|\
        Kazahstan|Kasahstan|Kazahstāna|Kazachstanas|Καζακστάν|Казахстан|كازاخستان|קזחסטן|哈萨克斯坦|哈薩克|カザフスタン|카자흐스탄|\
        Қазақстан|KAZ"),
    ("LA", "Lao People's Democratic Republic|Lao PDR|Laos|Laosz|Laosa|Laosas|Λάος|Лаос|لاوس|לאוס|老挝|寮國|ラオス|라오스|ລາວ|\
        LAO"),
    ("LB", "Lebanese Republic|Lebanon|Libanon|Liban|Líbano|Liibanon|Libāna|Libanas|Λίβανος|Ливан|Ліван|Lübnan|لبنان|לבנון|黎巴嫩|レバノン|레바논|\
        LBN"),
    ("LC", "St. Lucia|Sainte-Lucie|Santa Lucía|Svatá Lucie|Svätá Lucia|Sfânta Lucia|Sveta Lucija|Sentlūsija|\
        Αγία Λουκία|Сейнт Лусия|Сент-Люсия|Сент-Люсія|سانت لوسيا|סנט לוסיה|圣卢西亚|聖露西亞|セントルシア|세인트루시아|LCA"),
    ("LI", "Liechtenstein|Lichtenštejnsko|Lichtenštajnsko|Lihtenštajn|Lihtenšteina|Lichtenšteinas|Λιχτενστάιν|\
        Лихтенщайн|Лихтенштейн|Ліхтенштейн|ليختنشتاين|ליכטנשטיין|列支敦士登|列支敦斯登|リヒテンシュタイン|리히텐슈타인|Liächteschtäi|LIE"),
    ("LK", "Sri Lanka|Σρι Λάνκα|Шри Ланка|Шрі-Ланка|سريلانكا|סרי לנקה|斯里兰卡|斯里蘭卡|スリランカ|스리랑카|ශ්‍රී ලංකාව|இலங்கை|LKA"),
    ("LR", "Liberia|Libérie|Liberija|Libeeria|Λιβερία|Либерия|Ліберія|Liberya|ليبيريا|ליבריה|利比里亚|賴比瑞亞|リベリア|라이베리아|\
        LBR"),
    ("LS", "Lesotho|Lesoto|Lesotas|Λεσότο|Лесото|ليسوتو|לסוטו|莱索托|賴索托|レソト|레소토|LSO"),
    ("LT", "Lithuania|Litouwen|Lituanie|Litauen|Lituania|Litwa|Liettua|Litva|Litvánia|Leedu|Lietuva|Λιθουανία|Литва|\
        Litvanya|ليتوانيا|ליטא|立陶宛|リトアニア|리투아니아|LTU"),
    ("LU", "GD Luxembourg|G-D Luxembourg|GD de Luxembourg|GDL|Grand-Duché de Luxembourg|Groothertogdom Luxemburg|Großherzogtum Luxemburg|Grand Duchy of Luxembourg|\
        Lëtzebuerg|Luxemburg|Luxembourg|Luxemburgo|Lussemburgo|Luksemburg|Lucembursko|Luxembursko|Luksemburga|\
        Liuksemburgas|Λουξεμβούργο|Люксембург|Lüksemburg|لوكسمبورغ|לוקסמבורג|卢森堡|盧森堡|ルクセンブルク|룩셈부르크|LUX"),
    ("LV", "Latvia|Letland|Lettonie|Lettland|Letonia|Lettonia|Łotwa|Lotyšsko|Lettország|Latvija|Läti|Λετονία|Латвия|\
        Латвія|Letonya|لاتفيا|לטביה|拉脱维亚|拉脫維亞|ラトビア|라트비아|LVA"),
    ("LY", "State of Libya|Libyan Arab Jamahiriya|Libië|Libya|Libye|Libyen|Libia|Libija|Liibüa|Λιβύη|Либия|Ливия|Лівія|ليبيا|לוב|\
        利比亚|利比亞|リビア|리비아|LBY"),
    ("MA", "Morocco|Marokko|Maroc|Marruecos|Marocco|Marrocos|Maroko|Marocko|Maroka|Marokas|Μαρόκο|Мароко|Марокко|Fas|\
        المغرب|מרוקו|摩洛哥|モロッコ|모로코|Meṛṛuk|MAR"),
    ("MC", "Monaco|Monako|Monakas|Μονακό|Монако|موناكو|מונקו|摩纳哥|摩納哥|モナコ|모나코|MCO"),
    ("MD", "Republic of Moldova|Moldavië|Moldau|Moldova|Moldavia|Moldawien|Republik Moldau|Mołdawia|Moldavien|\
        Moldavsko|Republica Moldova|Moldavija|Μολδαβία|Молдова|مولدوفا|מולדובה|摩尔多瓦|摩爾多瓦|モルドバ|몰도바|MDA"),
    ("ME", "Montenegro|Czarnogóra|Černá Hora|Čierna Hora|Muntenegru|Crna Gora|Melnkalne|Juodkalnija|Μαυροβούνιο|\
        Черна гора|Черногория|Чорногорія|Karadağ|الجبل الأسود|מונטנגרו|黑山|蒙特內哥羅|モンテネグロ|몬테네그로|MNE"),
    ("MF", "Saint Martin (French part)|St. Martin|San Martín|São Martinho|Svatý Martin (Francie)|Svätý Martin (fr.)|\
        Sfântul Martin|Francoski Sveti Martin|Senmartēna|Sen Martenas|Άγιος Μαρτίνος (Γαλλικό τμήμα)|Сен Мартен|\
        سان مارتن|סן מרטן|法属圣马丁|法屬聖馬丁|サン・マルタン|생마르탱|MAF"),
    ("MG", "Madagascar|Madagaskar|Madagaszkár|Madagaskara|Madagaskaras|Μαδαγασκάρη|Мадагаскар|مدغشقر|מדגסקר|马达加斯加|\
        馬達加斯加|マダガスカル|마다가스카르|Madagasikara|MDG"),
    ("MH", "Marshall Islands|Marshalleilanden|Îles Marshall|Marshallinseln|Islas Marshall|Isole Marshall|\
        Ilhas Marshall|Wyspy Marshalla|Marshalløerne|Marshallöarna|Marshalløyene|Marshallinsaaret|\
        Marshallovy ostrovy|Marshallove ostrovy|Marshall-szigetek|Insulele Marshall|Maršalovi Otoci|\
        Marshallovi otoki|Marshalli Saared|Māršala salas|Maršalo Salos|Νήσοι Μάρσαλ|Маршалови острови|\
        Маршалловы о-ва|Маршаллові Острови|Marshall Adaları|جزر مارشال|איי מרשל|马绍尔群岛|馬紹爾群島|マーシャル諸島|마셜 제도|MHL"),
    ("MK", "Macedonia|FYROM|Macedonië|Mazedonien|Macédoine|Macedonia, the former Yugoslav Republic of|\
        North Macedonia|Noord-Macedonië|Macédoine du Nord|Nordmazedonien|Macedonia del Norte|Macedonia del Nord|\
        Macedônia do Norte|Macedonia Północna|Nordmakedonien|Nord-Makedonia|Pohjois-Makedonia|Severní Makedonie|\
        Severné Macedónsko|Észak-Macedónia|Macedonia de Nord|Sjeverna Makedonija|Severna Makedonija|Põhja-Makedoonia|\
        Ziemeļmaķedonija|Šiaurės Makedonija|Βόρεια Μακεδονία|Северна Македония|Северная Македония|Північна Македонія|\
        Kuzey Makedonya|مقدونيا الشمالية|מקדוניה הצפונית|北马其顿|北馬其頓|北マケドニア|북마케도니아|Северна Македонија|\
        Maqedonia e Veriut|MKD"),
    ("ML", "Mali|Malis|Μάλι|Мали|Малі|مالي|מאלי|马里|馬利|マリ|말리|MLI"),
    ("MM", "Burma|Birma|Birmanie|Birmania|Bur|Myanmar (Burma)|Myanmar (Birma)|Myanmar (Birmanie)|Myanmar|\
        Myanmar (Birmania)|Mianmar (Birmânia)|Mjanma (Birma)|Myanmar (Barma)|Mjanmarsko|Mianmar|Mjanmar (Burma)|\
        Mianmaras (Birma)|Μιανμάρ (Βιρμανία)|Мианмар (Бирма)|Мьянма (Бирма)|Мʼянма (Бірма)|ميانمار (بورما)|\
        מיאנמר (בורמה)|缅甸|緬甸|ミャンマー (ビルマ)|미얀마|မြန်မာ|MMR"),
    ("MN", "Mongolia|Mongolië|Mongolei|Mongoliet|Mongolsko|Mongolija|Mongoolia|Μογγολία|Монголия|Монголія|Moğolistan|\
        منغوليا|מונגוליה|蒙古|モンゴル|몽골|Монгол|MNG"),
    ("MO", "Macau|Macao|Macao SAR China|Macau SAR van China|R.A.S. chinoise de Macao|Sonderverwaltungsregion Macau|\
        RAE de Macao (China)|RAS di Macao|Macau, RAE da China|SRA Makau (Chiny)|SAR Macao|Macao SAR|Macao SAR Kina|\
        Macao – Kiinan erityishallintoalue|Macao – ZAO Číny|Macao – OAO Číny|Makaó KKT|R.A.S. Macao, China|\
        PUP Makao Kina|Posebno upravno območje Kitajske Makav|Macau erihalduspiirkond|\
        ĶTR īpašais administratīvais reģions Makao|Ypatingasis Administracinis Kinijos Regionas Makao|\
        Μακάο ΕΔΠ Κίνας|Макао, САР на Китай|Макао (САР)|Макао, ОАР Китаю|Çin Makao ÖİB|منطقة ماكاو الإدارية الخاصة|\
        מקאו (אזור מנהלי מיוחד של סין)|中国澳门特别行政区|中國澳門特別行政區|中華人民共和国マカオ特別行政区|마카오(중국 특별행정구)|MAC"),
    ("MP", "Northern Mariana Islands|Noordelijke Marianen|Îles Mariannes du Nord|Nördliche Marianen|\
        Islas Marianas del Norte|Isole Marianne Settentrionali|Ilhas Marianas do Norte|Mariany Północne|\
        Nordmarianerne|Nordmarianerna|Nord-Marianene|Pohjois-Mariaanit|Severní Mariany|Severné Mariány|\
        Északi Mariana-szigetek|Insulele Mariane de Nord|Sjevernomarijanski Otoci|Severni Marianski otoki|\
        Põhja-Mariaanid|Ziemeļu Marianas salas|Marianos Šiaurinės Salos|Νήσοι Βόρειες Μαριάνες|\
        Северни Мариански острови|Северные Марианские о-ва|Північні Маріанські Острови|Kuzey Mariana Adaları|\
        جزر ماريانا الشمالية|איי מריאנה הצפוניים|北马里亚纳群岛|北馬利安納群島|北マリアナ諸島|북마리아나제도|MNP"),
    ("MQ", "Martinique|Martinica|Martynika|Martinik|Martinika|Μαρτινίκα|Мартиника|Мартиніка|جزر المارتينيك|מרטיניק|\
        马提尼克|馬丁尼克|マルティニーク|마르티니크|MTQ"),
    ("MR", "Mauritania|Mauritanië|Mauretanien|Mauretania|Mauretanija|Mavretanija|Mauritaania|Mauritānija|Μαυριτανία|\
        Мавритания|Мавританія|Moritanya|موريتانيا|מאוריטניה|毛里塔尼亚|茅利塔尼亞|モーリタニア|모리타니|MRT"),
    ("MS", "Montserrat|Montserrata|Montseratas|Μονσεράτ|Монтсерат|Монтсеррат|مونتسرات|מונסראט|蒙特塞拉特|蒙哲臘|モントセラト|몬트세라트|\
        MSR"),
    ("MT", "Malta|Malte|Μάλτα|Малта|Мальта|مالطا|מלטה|马耳他|馬爾他|マルタ|몰타|MLT"),
    ("MU", "Mauritius|Maurice|Mauricio|Mauricius|Mauricijus|Mavricij|Maurīcija|Μαυρίκιος|Мавриций|Маврикий|Маврикій|\
        موريشيوس|מאוריציוס|毛里求斯|模里西斯|モーリシャス|모리셔스|MUS"),
    ("MV", "Maldives|Maldiven|Malediven|Maldivas|Maldive|Malediwy|Maldiverne|Maldiverna|Maldivene|Malediivit|\
        Maledivy|Maldivy|Maldív-szigetek|Maldivi|Maldiivid|Maldīvija|Maldyvai|Μαλδίβες|Малдиви|Мальдивы|Мальдіви|\
        Maldivler|جزر المالديف|האיים המלדיביים|马尔代夫|馬爾地夫|モルディブ|몰디브|ދިވެހި ރާއްޖެ|MDV"),
    ("MW", "Malawi|Malaui|Malavi|Malāvija|Malavis|Μαλάουι|Малави|Малаві|ملاوي|מלאווי|马拉维|馬拉威|マラウイ|말라위|MWI"),
    ("MX", "Estados Unidos Mexicanos|United Mexican States|Mexico|Mexique|Mexiko|Messico|Meksyk|Meksiko|Mexic|Mehika|Mehhiko|Meksika|Μεξικό|Мексико|Мексика|المكسيك|\
        מקסיקו|墨西哥|メキシコ|멕시코|MEX"),
    ("MY", "Malaysia|Maleisië|Malaisie|Malasia|Malezja|Malesia|Malajsie|Malajzia|Malezija|Malaisia|Malaizija|\
        Μαλαισία|Малайзия|Малайзія|Malezya|ماليزيا|מלזיה|马来西亚|馬來西亞|マレーシア|말레이시아|MYS"),
    ("MZ", "Mozambique|Mosambik|Mozambico|Moçambique|Mozambik|Mozambic|Mosambiik|Mozambika|Mozambikas|Μοζαμβίκη|\
        Мозамбик|Мозамбік|موزمبيق|מוזמביק|莫桑比克|莫三比克|モザンビーク|모잠비크|MOZ"),
    ("NA", "Namibia|Namibië|Namibija|Namiibia|Ναμίμπια|Намибия|Намібія|Namibya|ناميبيا|נמיביה|纳米比亚|納米比亞|ナミビア|나미비아|\
        NAM"),
    ("NC", "New Caledonia|Nieuw-Caledonië|Nouvelle-Calédonie|Neukaledonien|Nueva Caledonia|Nuova Caledonia|\
        Nova Caledônia|Nowa Kaledonia|Ny Kaledonien|Nya Kaledonien|Ny-Caledonia|Uusi-Kaledonia|Nová Kaledonie|\
        Nová Kaledónia|Új-Kaledónia|Noua Caledonie|Nova Kaledonija|Uus-Kaledoonia|Jaunkaledonija|Naujoji Kaledonija|\
        Νέα Καληδονία|Нова Каледония|Новая Каледония|Нова Каледонія|Yeni Kaledonya|كاليدونيا الجديدة|קלדוניה החדשה|\
        新喀里多尼亚|新喀里多尼亞|ニューカレドニア|뉴칼레도니아|NCL"),
    ("NE", "Niger|Nigēra|Nigeris|Νίγηρας|Нигер|Нігер|Nijer|النيجر|ניז׳ר|尼日尔|尼日|ニジェール|니제르|NER"),
    ("NF", "Norfolk Island|Norfolk|Île Norfolk|Norfolkinsel|Isla Norfolk|Isola Norfolk|Ilha Norfolk|Norfolkön|\
        Norfolkøya|Norfolkinsaari|Norfolk-sziget|Insula Norfolk|Otok Norfolk|Norfolški otok|Norfolkas sala|\
        Norfolko sala|Νήσος Νόρφολκ|остров Норфолк|о-в Норфолк|Острів Норфолк|Norfolk Adası|جزيرة نورفولك|האי נורפוק|\
        诺福克岛|諾福克島|ノーフォーク島|노퍽섬|NFK"),
    ("NG", "Nigeria|Nigérie|Nigerija|Nigeeria|Νιγηρία|Нигерия|Нігерія|Nijerya|نيجيريا|ניגריה|尼日利亚|奈及利亞|ナイジェリア|나이지리아|\
        Nàìjíríà|NGA"),
    ("NI", "Nicaragua|Nikaragua|Nikaragva|Νικαράγουα|Никарагуа|Нікарагуа|نيكاراغوا|ניקרגואה|尼加拉瓜|ニカラグア|니카라과|NIC"),
    ("NL", "Nederlanden|Netherland|The Netherland|Ολλανδία|Holland|Hollande|Olanda|Holanda|Holandia|Kingdom of the Netherlands|Голландия|Голландія|هولندا|\
        Нидерланды|Netherlands|Nederland|Pays-Bas|Niederlande|Países Bajos|Paesi Bassi|Países Baixos|Nederlandene|\
        Nederländerna|Alankomaat|Nizozemsko|Holandsko|Hollandia|Țările de Jos|Nizozemska|Nīderlande|Nyderlandai|\
        Κάτω Χώρες|Нидерландия|Нідерланди|Hollanda|הולנד|荷兰|荷蘭|オランダ|네덜란드|Nederlân|NLD"),
    ("NO", "Norway|Noorwegen|Norvège|Norwegen|Noruega|Norvegia|Norwegia|Norge|Norja|Norsko|Norveška|Norra|Norvēģija|\
        Νορβηγία|Норвегия|Норвегія|Norveç|النرويج|נורווגיה|挪威|ノルウェー|노르웨이|Noreg|Norga|NOR"),
    ("NP", "Nepal|Nepāla|Nepalas|Νεπάλ|Непал|نيبال|נפאל|尼泊尔|尼泊爾|ネパール|네팔|नेपाल|NPL"),
    ("NR", "Nauru|Ναουρού|Науру|ناورو|נאורו|瑙鲁|諾魯|ナウル|나우루|NRU"),
    ("NU", "Niue|Niujė|Νιούε|Ниуе|Ниуэ|Ніуе|نيوي|ניווה|纽埃|紐埃島|ニウエ|니우에|NIU"),
    ("NZ", "New Zealand|Nieuw-Zeeland|Nouvelle-Zélande|Neuseeland|Nueva Zelanda|Nuova Zelanda|Nova Zelândia|\
        Nowa Zelandia|Nya Zeeland|Uusi-Seelanti|Nový Zéland|Új-Zéland|Noua Zeelandă|Novi Zeland|Nova Zelandija|\
        Uus-Meremaa|Jaunzēlande|Naujoji Zelandija|Νέα Ζηλανδία|Нова Зеландия|Новая Зеландия|Нова Зеландія|\
        Yeni Zelanda|نيوزيلندا|ניו זילנד|新西兰|紐西蘭|ニュージーランド|뉴질랜드|Aotearoa|NZL"),
    ("OM", "Oman|Omã|Omaan|Omāna|Omanas|Ομάν|Оман|Umman|عُمان|עומאן|阿曼|オマーン|오만|OMN"),
    ("PA", "Panama|Παναμάς|Панама|بنما|פנמה|巴拿马|巴拿馬|パナマ|파나마|PAN"),
    ("PE", "Peru|Pérou|Peruu|Περού|Перу|بيرو|פרו|秘鲁|秘魯|ペルー|페루|PER"),
    ("PF", "French Polynesia|Frans-Polynesië|Polynésie française|Französisch-Polynesien|Polinesia Francesa|\
        Polinesia Francese|Polinezja Francuska|Fransk Polynesien|Franska Polynesien|Fransk Polynesia|\
        Ranskan Polynesia|Francouzská Polynésie|Francúzska Polynézia|Francia Polinézia|Polinezia Franceză|\
        Francuska Polinezija|Francoska Polinezija|Prantsuse Polüneesia|Francijas Polinēzija|Prancūzijos Polinezija|\
        Γαλλική Πολυνησία|Френска Полинезия|Французская Полинезия|Французька Полінезія|Fransız Polinezyası|\
        بولينيزيا الفرنسية|פולינזיה הצרפתית|法属波利尼西亚|法屬玻里尼西亞|仏領ポリネシア|프랑스령 폴리네시아|PYF"),
    ("PG", "Papua New Guinea|Papoea-Nieuw-Guinea|Papouasie-Nouvelle-Guinée|Papua-Neuguinea|Papúa Nueva Guinea|\
        Papua Nuova Guinea|Papua-Nova Guiné|Papua-Nowa Gwinea|Papua Ny Guinea|Papua Nya Guinea|Papua-Uusi-Guinea|\
        Papua-Nová Guinea|Pápua Új-Guinea|Papua-Noua Guinee|Papua Nova Gvineja|Paapua Uus-Guinea|Papua-Jaungvineja|\
        Papua Naujoji Gvinėja|Παπούα Νέα Γουινέα|Папуа-Нова Гвинея|Папуа — Новая Гвинея|Папуа-Нова Гвінея|\
        Papua Yeni Gine|بابوا غينيا الجديدة|פפואה גינאה החדשה|巴布亚新几内亚|巴布亞紐幾內亞|パプアニューギニア|파푸아뉴기니|Papua Niugini|PNG"),
    ("PH", "Philippines|Filipijnen|Philippinen|Filipinas|Filippine|Filipiny|Filippinerne|Filippinerna|Filippinene|\
        Filippiinit|Fülöp-szigetek|Filipine|Filipini|Filipiinid|Filipinai|Φιλιππίνες|Филипини|Филиппины|Філіппіни|\
        Filipinler|الفلبين|הפיליפינים|菲律宾|菲律賓|フィリピン|필리핀|Pilipinas|PHL"),
    ("PK", "Pakistan|Paquistão|Pakisztán|Pakistāna|Pakistanas|Πακιστάν|Пакистан|باكستان|פקיסטן|巴基斯坦|パキスタン|파키스탄|\
        پاکستان|PAK"),
    ("PL", "Poland|Polen|Pologne|Polonia|Polska|Puola|Polsko|Lengyelország|Poljska|Poola|Polija|Lenkija|Πολωνία|\
        Полша|Польша|Польща|Polonya|بولندا|פולין|波兰|波蘭|ポーランド|폴란드|POL"),
    ("PM", "St. Pierre & Miquelon|San Pedro y Miquelón|São Pedro e Miquelão|Saint-Pierre és Miquelon|\
        Saint-Pierre și Miquelon|Sveti Petar i Mikelon|Sveta Peter in Mihael|Senpjēra un Mikelona|\
        Sen Pjeras ir Mikelonas|Σεν Πιερ και Μικελόν|Сен Пиер и Микелон|Сен-Пьер и Микелон|Сен-Пʼєр і Мікелон|\
        Saint Pierre ve Miquelon|سان بيير ومكويلون|סנט פייר ומיקלון|圣皮埃尔和密克隆群岛|聖皮埃與密克隆群島|サンピエール島・ミクロン島|생피에르 미클롱|SPM"),
    ("PN", "Pitcairn Islands|Pitcairneilanden|Îles Pitcairn|Pitcairninseln|Islas Pitcairn|Isole Pitcairn|\
        Ilhas Pitcairn|Pitcairn|Pitcairnöarna|Pitcairnøyene|Pitcairnovy ostrovy|Pitcairnove ostrovy|\
        Pitcairn-szigetek|Insulele Pitcairn|Pitcairnovi Otoci|Pitcairni saared|Pitkērnas salas|Pitkerno salos|\
        Νήσοι Πίτκερν|Острови Питкерн|о-ва Питкэрн|Острови Піткерн|Pitcairn Adaları|جزر بيتكيرن|איי פיטקרן|皮特凯恩群岛|\
        皮特肯群島|ピトケアン諸島|핏케언 제도|PCN"),
    ("PR", "Puerto Rico|Porto Rico|Portoryko|Portoriko|Puertoriko|Puerto Rikas|Πουέρτο Ρίκο|Пуерто Рико|Пуэрто-Рико|\
        بورتوريكو|פוארטו ריקו|波多黎各|プエルトリコ|푸에르토리코|PRI"),
    ("PS", "Palestine|Palestina|Palästina|State of Palestine|Palestinian Territory, Occupied|Palestyna|\
        Palestinian Territories|Palestijnse gebieden|Territoires palestiniens|Palästinensische Autonomiegebiete|\
        Territorios Palestinos|Territori Palestinesi|Terytoria Palestyńskie|De palæstinensiske områder|\
        Palestinska territorierna|Det palestinske området|Palestiinalaisalue|Palestinská území|Palestínske územia|\
        Palesztin Autonómia|Teritoriile Palestiniene|Palestinsko područje|Palestinsko ozemlje|Palestiina alad|\
        Palestīnas teritorijas|Palestinos teritorija|Παλαιστινιακά Εδάφη|Палестински територии|\
        Палестинские территории|Палестинські території|Filistin Bölgeleri|الأراضي الفلسطينية|השטחים הפלסטיניים|\
        巴勒斯坦领土|巴勒斯坦自治區|パレスチナ自治区|팔레스타인 지구|PSE"),
    ("PT", "Portuguese Republic|República Portuguesa|Portugal|Portogallo|Portugalia|Portugali|Portugalsko|Portugalska|Portugāle|Portugalija|Πορτογαλία|\
        Португалия|Португалія|Portekiz|البرتغال|פורטוגל|葡萄牙|ポルトガル|포르투갈|PRT"),
    ("PW", "Palau|Palaos|Palav|Belau|Παλάου|Палау|بالاو|פלאו|帕劳|帛琉|パラオ|팔라우|PLW"),
    ("PY", "Paraguay|Paraguai|Paragwaj|Paraguaj|Paragvaj|Paragvaja|Paragvajus|Παραγουάη|Парагвай|باراغواي|פרגוואי|\
        巴拉圭|パラグアイ|파라과이|PRY"),
    ("QA", "State of Qatar|Qatar|Katar|Catar|Katara|Kataras|Κατάρ|Катар|قطر|קטאר|卡塔尔|卡達|カタール|카타르|QAT"),
    ("RE", "Reunion Island|Réunion|La Réunion|Riunione|Reunião|Reinjona|Reunjonas|Ρεϊνιόν|Реюнион|Реюньон|Реюньйон|\
        روينيون|ראוניון|留尼汪|留尼旺|レユニオン|레위니옹|REU"),
    ("RO", "Romania|Roemenië|Roumanie|Rumänien|Rumanía|Romênia|Rumunia|Rumunsko|Rumunjska|Romunija|Rumeenia|Rumānija|\
        Rumunija|Ρουμανία|Румъния|Румыния|Румунія|Romanya|رومانيا|רומניה|罗马尼亚|羅馬尼亞|ルーマニア|루마니아|ROU"),
    ("RS", "Serbia|Servië|Serbie|Serbien|Sérvia|Srbsko|Szerbia|Srbija|Serbija|Σερβία|Сърбия|Сербия|Сербія|Sırbistan|\
        صربيا|סרביה|塞尔维亚|塞爾維亞|セルビア|세르비아|Србија|SRB"),
    ("RU", "Российская Федерация|Russian Federation|Russische Federatie|Fédération de Russie|Russische Föderation|Russia|Rusland|Russie|\
        Russland|Rusia|Rosja|Ryssland|Venäjä|Rusko|Oroszország|Rusija|Venemaa|Krievija|Ρωσία|Русия|Россия|Росія|\
        Rusya|روسيا|רוסיה|俄罗斯|俄羅斯|ロシア|러시아|Росси|Рәсәй|Урысей|Рузонь мастор|Арассыыйа|Ород Улас|Русија|\
        Россия Федерациязы|Урысые|RUS"),
    ("RW", "Rwanda|Ruanda|Ρουάντα|Руанда|رواندا|רואנדה|卢旺达|盧安達|ルワンダ|르완다|U Rwanda|RWA"),
    ("SA", "KSA|Saudi-Arabië|Saudi Arabia|Saoedi-Arabië|Arabie saoudite|Saudi-Arabien|Arabia Saudí|Arabia Saudita|\
        Arabia Saudyjska|Saúdská Arábie|Saudská Arábia|Szaúd-Arábia|Saudijska Arabija|Saudova Arabija|Saudi Araabia|\
        Saūda Arābija|Saudo Arabija|Σαουδική Αραβία|Саудитска Арабия|Саудовская Аравия|Саудівська Аравія|\
        Suudi Arabistan|المملكة العربية السعودية|ערב הסעודית|沙特阿拉伯|沙烏地阿拉伯|サウジアラビア|사우디아라비아|SAU"),
    ("SB", "Solomon Islands|Salomonseilanden|Îles Salomon|Salomonen|Islas Salomón|Isole Salomone|Ilhas Salomão|\
        Wyspy Salomona|Salomonøerne|Salomonöarna|Salomonøyene|Salomonsaaret|Šalamounovy ostrovy|Šalamúnove ostrovy|\
        Salamon-szigetek|Insulele Solomon|Salomonovi Otoci|Salomonovi otoki|Saalomoni Saared|Zālamana salas|\
        Saliamono Salos|Νήσοι Σολομώντος|Соломонови острови|Соломоновы о-ва|Соломонові Острови|Solomon Adaları|\
        جزر سليمان|איי שלמה|所罗门群岛|索羅門群島|ソロモン諸島|솔로몬 제도|SLB"),
    ("SC", "Seychelles|Seychellen|Seicheles|Seszele|Seychellerne|Seychellerna|Seychellene|Seychellit|Seychely|\
        Seychelle-szigetek|Sejšeli|Seišellid|Seišelu salas|Seišeliai|Σεϋχέλλες|Сейшели|Сейшельские о-ва|\
        Сейшельські Острови|Seyşeller|سيشل|איי סיישל|塞舌尔|塞席爾|セーシェル|세이셸|SYC"),
    ("SD", "Sudan|Soedan|Soudan|Sudão|Szudán|Sudaan|Sudāna|Sudanas|Σουδάν|Судан|السودان|סודן|苏丹|蘇丹|スーダン|수단|SDN"),
    ("SE", "Sweden|Zweden|Suède|Schweden|Suecia|Svezia|Szwecja|Sverige|Ruotsi|Švédsko|Svédország|Suedia|Švedska|\
        Rootsi|Zviedrija|Švedija|Σουηδία|Швеция|Швеція|İsveç|السويد|שוודיה|瑞典|スウェーデン|스웨덴|SWE"),
    ("SG", "Singapore|Singapour|Singapur|Singapura|Szingapúr|Singapūras|Σιγκαπούρη|Сингапур|Сінгапур|سنغافورة|\
        סינגפור|新加坡|シンガポール|싱가포르|சிங்கப்பூர்|SGP"),
    ("SH", "Saint Helena, Ascension and Tristan da Cunha|Sint-Helena|Sainte-Hélène|St. Helena|Santa Elena|Sant’Elena|\
        Santa Helena|Wyspa Świętej Heleny|Svatá Helena|Svätá Helena|Szent Ilona|Sfânta Elena|Sveta Helena|\
        Sv.Helēnas sala|Šv. Elenos Sala|Αγία Ελένη|Света Елена|о-в Св. Елены|Острів Святої Єлени|سانت هيلينا|\
        סנט הלנה|圣赫勒拿|聖赫勒拿島|セントヘレナ|세인트헬레나|SHN"),
    ("SI", "Slovenia|Slovenië|Slowenien|Eslovenia|Słowenia|Slovenien|Slovinsko|Szlovénia|Slovenija|Sloveenia|\
        Σλοβενία|Словения|Словенія|Slovenya|سلوفينيا|סלובניה|斯洛文尼亚|斯洛維尼亞|スロベニア|슬로베니아|Zlovenia|SVN"),
    ("SJ", "Svalbard and Jan Mayen|Svalbard and Jan Mayen Islands|Spitsbergen en Jan Mayen|Spitzbergen und Jan Mayen|\
        Huippuvuoret ja Jan Mayen|Špicberky a Jan Mayen|Svalbard és Jan Mayen|Svalbard și Jan Mayen|\
        Svalbard in Jan Mayen|Svalbāra un Jana Majena sala|Svalbardas ir Janas Majenas|Σβάλμπαρντ και Γιαν Μαγιέν|\
        Свалбард и Ян Майен|Шпицберген и Ян-Майен|Шпіцберген та Ян-Маєн|Svalbard ve Jan Mayen|سفالبارد وجان ماين|\
        סבאלברד ויאן מאיין|斯瓦尔巴和扬马延|挪威屬斯瓦巴及尖棉|スバールバル諸島・ヤンマイエン島|스발바르제도-얀마웬섬|SJM"),
    ("SK", "Slovenská republika|Slovakia Republic|Slovak Republic|Slowaakse Republiek|République slovaque|Slowakische Republik|Slovakia|Slowakije|\
        Slovaquie|Slowakei|Eslovaquia|Slovacchia|Słowacja|Slovakiet|Slovakien|Slovensko|Szlovákia|Slovacia|Slovačka|\
        Slovaška|Slovakkia|Slovākija|Σλοβακία|Словакия|Словаччина|Slovakya|سلوفاكيا|סלובקיה|斯洛伐克|スロバキア|슬로바키아|SVK"),
    ("SL", "Sierra Leone|Sierra Leona|Serra Leoa|Sijera Leone|Sjerraleone|Siera Leonė|Σιέρα Λεόνε|Сиера Леоне|\
        Сьерра-Леоне|Сьєрра-Леоне|سيراليون|סיירה לאון|塞拉利昂|獅子山|シエラレオネ|시에라리온|SLE"),
    ("SM", "San Marino|Saint-Marin|San Marinas|Άγιος Μαρίνος|Сан Марино|سان مارينو|סן מרינו|圣马力诺|聖馬利諾|サンマリノ|산마리노|SMR"),
    ("SN", "Senegal|Szenegál|Senegāla|Senegalas|Σενεγάλη|Сенегал|السنغال|סנגל|塞内加尔|塞內加爾|セネガル|세네갈|Senegaal|SEN"),
    ("SO", "Somalia|Somalië|Somálsko|Szomália|Somalija|Somaalia|Somalis|Σομαλία|Сомалия|Сомали|Сомалі|Somali|الصومال|\
        סומליה|索马里|索馬利亞|ソマリア|소말리아|Soomaaliya|SOM"),
    ("SR", "Suriname|Surinam|Surinama|Surinamas|Σουρινάμ|Суринам|سورينام|סורינאם|苏里南|蘇利南|スリナム|수리남|SUR"),
    ("SS", "South Sudan|Zuid-Soedan|Soudan du Sud|Südsudan|Sudán del Sur|Sudão do Sul|Sudan Południowy|Sydsudan|\
        Sør-Sudan|Etelä-Sudan|Jižní Súdán|Južný Sudán|Dél-Szudán|Sudanul de Sud|Južni Sudan|Lõuna-Sudaan|\
        Dienvidsudāna|Pietų Sudanas|Νότιο Σουδάν|Южен Судан|Южный Судан|Південний Судан|Güney Sudan|جنوب السودان|\
        דרום סודן|南苏丹|南蘇丹|南スーダン|남수단|SSD"),
    ("ST", "São Tomé & Príncipe|Santo Tomé y Príncipe|Wyspy Świętego Tomasza i Książęca|Svatý Tomáš a Princův ostrov|\
        Svätý Tomáš a Princov ostrov|São Tomé és Príncipe|São Tomé și Príncipe|Sveti Toma i Princip|\
        Sveti Tomaž in Princ|Santome un Prinsipi|San Tomė ir Prinsipė|Σάο Τομέ και Πρίνσιπε|Сао Томе и Принсипи|\
        Сан-Томе и Принсипи|Сан-Томе і Принсіпі|Sao Tome ve Principe|ساو تومي وبرينسيبي|סאו טומה ופרינסיפה|圣多美和普林西比|\
        聖多美普林西比|サントメ・プリンシペ|상투메 프린시페|STP"),
    ("SV", "El Salvador|Salvador|Salwador|Salvadora|Salvadoras|Ελ Σαλβαδόρ|Салвадор|Сальвадор|السلفادور|אל סלבדור|\
        萨尔瓦多|薩爾瓦多|エルサルバドル|엘살바도르|SLV"),
    ("SX", "Sint Maarten (Dutch part)|Sint Maarten|Saint-Martin (partie néerlandaise)|Svatý Martin (Nizozemsko)|\
        Svätý Martin (hol.)|Nizozemski Sveti Martin|Sintmārtena|Sint Martenas|Άγιος Μαρτίνος (Ολλανδικό τμήμα)|\
        Синт Мартен|Сінт-Мартен|سانت مارتن|סנט מארטן|荷属圣马丁|荷屬聖馬丁|シント・マールテン|신트마르턴|SXM"),
    ("SY", "Syrian Arab Republic|Syria|Syrië|Syrien|Siria|Syyria|Szíria|Sirija|Süüria|Συρία|Сирия|Сирія|Suriye|سوريا|\
        סוריה|叙利亚|敘利亞|シリア|시리아|SYR"),
    ("SZ", "Swaziland|Eswatini|Esuatini|Essuatíni|Szváziföld|Esvatini|Svaasimaa|Svatini|Svazilandas|Εσουατίνι|\
        Есватини|Эсватини|Есватіні|إسواتيني|אסוואטיני|斯威士兰|史瓦帝尼|エスワティニ|에스와티니|SWZ"),
    ("TC", "Turks & Caicos Islands|Turks- en Caicoseilanden|Îles Turques-et-Caïques|Turks- und Caicosinseln|\
        Islas Turcas y Caicos|Isole Turks e Caicos|Ilhas Turcas e Caicos|Turks i Caicos|Turks- og Caicosøerne|\
        Turks- och Caicosöarna|Turks- og Caicosøyene|Turks- ja Caicossaaret|Turks- és Caicos-szigetek|\
        Insulele Turks și Caicos|Otoci Turks i Caicos|Otoki Turks in Caicos|Tērksas un Kaikosas salas|\
        Terkso ir Kaikoso Salos|Νήσοι Τερκς και Κάικος|острови Търкс и Кайкос|Тёркс и Кайкос|Острови Теркс і Кайкос|\
        Turks ve Caicos Adaları|جزر توركس وكايكوس|איי טרקס וקייקוס|特克斯和凯科斯群岛|土克斯及開科斯群島|タークス・カイコス諸島|터크스 케이커스 제도|TCA"),
    ("TD", "Chad|Tsjaad|Tchad|Tschad|Ciad|Chade|Czad|Tsjad|Tšad|Čad|Csád|Tšaad|Čada|Čadas|Τσαντ|Чад|تشاد|צ׳אד|乍得|查德|\
        チャド|차드|TCD"),
    ("TF", "French Southern Territories|French Southern and Antarctic Lands|\
        Franse Gebieden in de zuidelijke Indische Oceaan|Terres australes françaises|\
        Französische Süd- und Antarktisgebiete|Territorios Australes Franceses|Terre Australi Francesi|\
        Territórios Franceses do Sul|Francuskie Terytoria Południowe i Antarktyczne|\
        De Franske Besiddelser i Det Sydlige Indiske Ocean og Antarktis|Franska sydterritorierna|\
        De franske sørterritorier|Ranskan eteläiset ja antarktiset alueet|Francouzská jižní území|\
        Francúzske južné a antarktické územia|Francia Déli Területek|Teritoriile Australe și Antarctice Franceze|\
        Francuski Južni Teritoriji|Francosko južno ozemlje|Prantsuse Lõunaalad|Francijas Dienvidjūru teritorija|\
        Prancūzijos Pietų sritys|Γαλλικά Νότια Εδάφη|Френски южни територии|Французские Южные территории|\
        Французькі Південні Території|Fransız Güney Toprakları|الأقاليم الجنوبية الفرنسية|\
        הטריטוריות הדרומיות של צרפת|法属南部领地|法屬南部屬地|仏領極南諸島|프랑스령 남방 지역|ATF"),
    ("TG", "Togo|Togas|Τόγκο|Того|توغو|טוגו|多哥|トーゴ|토고|TGO"),
    ("TH", "ประเทศไทย|Thailand|Thaïlande|Tailandia|Thailandia|Tajlandia|Thaimaa|Thajsko|Thaiföld|Thailanda|Tajland|Tajska|Tai|\
        Taizeme|Tailandas|Ταϊλάνδη|Тайланд|Таїланд|Tayland|تايلاند|תאילנד|泰国|泰國|タイ|태국|ไทย|THA"),
    ("TJ", "Tajikistan|Tadzjikistan|Tadjikistan|Tadschikistan|Tayikistán|Tagikistan|Tadjiquistão|Tadżykistan|\
        Tadsjikistan|Tadžikistan|Tádzsikisztán|Tadžikistāna|Tadžikija|Τατζικιστάν|Таджикистан|Tacikistan|طاجيكستان|\
        טג׳יקיסטן|塔吉克斯坦|塔吉克|タジキスタン|타지키스탄|Тоҷикистон|TJK"),
    ("TK", "Tokelau|Tokelauöarna|Tokelav|Τοκελάου|Токелау|توكيلاو|טוקלאו|托克劳|托克勞群島|トケラウ|토켈라우|TKL"),
    ("TL", "East Timor|Oost-Timor|Timor oriental|Osttimor|Timor-Leste|Timor Est|Timor Wschodni|Östtimor|Itä-Timor|\
        Východní Timor|Východný Timor|Kelet-Timor|Ida-Timor|Austrumtimora|Rytų Timoras|Τιμόρ-Λέστε|Тимор Лесте|\
        Восточный Тимор|Тимор-Лешті|تيمور - ليشتي|טימור-לסטה|东帝汶|東帝汶|東ティモール|동티모르|TLS|TMP"),
    ("TM", "Turkmenistan|Turcomenistão|Turkménsko|Türkmenisztán|Türkmenistan|Turkmenistāna|Turkmėnistanas|\
        Τουρκμενιστάν|Туркменистан|Туркменістан|تركمانستان|טורקמניסטן|土库曼斯坦|土庫曼|トルクメニスタン|투르크메니스탄|TKM"),
    ("TN", "Tunisian Republic|Tunisia|Tunesië|Tunisie|Tunesien|Túnez|Tunezja|Tunisien|Tunisko|Tunézia|Tunis|Tunizija|Tuneesia|Tunisija|\
        Tunisas|Τυνησία|Тунис|Туніс|Tunus|تونس|תוניסיה|突尼斯|突尼西亞|チュニジア|튀니지|TUN"),
    ("TO", "Tonga|Τόνγκα|Тонга|تونغا|טונגה|汤加|東加|トンガ|통가|TON"),
    ("TR", "Turkey|Türkiye|Turkije|Turquie|Türkei|Turquía|Turchia|Turcja|Tyrkiet|Turkiet|Tyrkia|Turkki|Turecko|\
        Törökország|Turcia|Turska|Turčija|Türgi|Turkija|Τουρκία|Турция|Туреччина|تركيا|טורקיה|土耳其|トルコ|튀르키예|TUR"),
    ("TT", "Trinidad & Tobago|Trinité-et-Tobago|Trynidad i Tobago|Trinidad és Tobago|Trinidad și Tobago|\
        Trinidad in Tobago|Trinidāda un Tobāgo|Trinidadas ir Tobagas|Τρινιντάντ και Τομπάγκο|Тринидад и Тобаго|\
        Тринідад і Тобаго|Trinidad ve Tobago|ترينيداد وتوباغو|טרינידד וטובגו|特立尼达和多巴哥|千里達及托巴哥|トリニダード・トバゴ|트리니다드 토바고|\
        TTO"),
    ("TV", "Tuvalu|Τουβαλού|Тувалу|توفالو|טובאלו|图瓦卢|吐瓦魯|ツバル|투발루|TUV"),
    ("TW", "Republic of China|Republic China|Republiek China|République de Chine|Republik China|Republic of China Taiwan|Taiwan, Province of China|Chinese Taipei|Taiwan|Tajwan|Tchaj-wan|Tajvan|Taivāna|Taivanas|Ταϊβάν|Тайван|\
        Тайвань|Tayvan|تايوان|טייוואן|台湾|台灣|대만|TWN"),
    ("TZ", "United Republic of Tanzania|Tanzania|Tanzanie|Tansania|Tanzanija|Tansaania|Τανζανία|Танзания|Танзанія|\
        Tanzanya|تنزانيا|טנזניה|坦桑尼亚|坦尚尼亞|タンザニア|탄자니아|TZA"),
    ("UA", "Ukraine|Oekraïne|Ucrania|Ucraina|Ukraina|Ukrajina|Ukrajna|Ουκρανία|Украйна|Україна|Ukrayna|أوكرانيا|\
        אוקראינה|乌克兰|烏克蘭|ウクライナ|우크라이나|UKR"),
    ("UG", "Uganda|Oeganda|Ouganda|Ουγκάντα|Уганда|أوغندا|אוגנדה|乌干达|烏干達|ウガンダ|우간다|UGA"),
    ("UM", "United States Minor Outlying Islands|U.S. Outlying Islands|\
        Kleine afgelegen eilanden van de Verenigde Staten|Îles mineures éloignées des États-Unis|\
        Amerikanische Überseeinseln|Islas menores alejadas de EE. UU.|Isole Minori Esterne degli Stati Uniti|\
        Ilhas Menores Distantes dos EUA|Dalekie Wyspy Mniejsze Stanów Zjednoczonych|Amerikanske oversøiske øer|\
        USA:s yttre öar|USAs ytre øyer|Yhdysvaltain erillissaaret|Menší odlehlé ostrovy USA|\
        Menšie odľahlé ostrovy USA|Az USA lakatlan külbirtokai|Insulele Îndepărtate ale S.U.A.|\
        Mali udaljeni otoci SAD-a|Stranski zunanji otoki Združenih držav|Ühendriikide hajasaared|\
        ASV Mazās Aizjūras salas|Jungtinių Valstijų Mažosios Tolimosios Salos|Απομακρυσμένες Νησίδες ΗΠΑ|\
        Отдалечени острови на САЩ|Внешние малые о-ва (США)|Віддалені острови США|ABD Küçük Harici Adaları|\
        جزر الولايات المتحدة النائية|האיים המרוחקים הקטנים של ארה״ב|美国本土外小岛屿|美國本土外小島嶼|合衆国領有小離島|미국령 해외 제도|UMI"),
    ("US", "Les États-Unis d'Amérique|USA|America|Amerika|Amérique|United States of America|VS|Verenigde Staten van Amerika|\
        États-Unis d'Amérique|Vereinigte Staaten von Amerika|EE.UU.|Estados Unidos de América|EUA|\
        Stati Uniti d'America|США|САЩ|أمريكا|アメリカ|Соединённые Штаты Америки|Ηνωμένες Πολιτείες Αμερικής|ΗΠΑ|\
        United States|Verenigde Staten|États-Unis|Vereinigte Staaten|Estados Unidos|Stati Uniti|Stany Zjednoczone|\
        Yhdysvallat|Spojené státy|Egyesült Államok|Statele Unite ale Americii|Sjedinjene Američke Države|\
        Združene države Amerike|Ameerika Ühendriigid|Amerikas Savienotās Valstis|Jungtinės Valstijos|\
        Ηνωμένες Πολιτείες|Съединени щати|Соединенные Штаты|Сполучені Штати|Amerika Birleşik Devletleri|\
        الولايات المتحدة|ארצות הברית|美国|美國|アメリカ合衆国|미국|ʻAmelika Hui Pū ʻIa"),
    ("UY", "Uruguay|Uruguai|Urugwaj|Uruguaj|Urugvaj|Urugvaja|Urugvajus|Ουρουγουάη|Уругвай|أورغواي|אורוגוואי|乌拉圭|烏拉圭|\
        ウルグアイ|우루과이|URY"),
    ("UZ", "Uzbekistan|Oezbekistan|Ouzbékistan|Usbekistan|Uzbequistão|Üzbegisztán|Uzbekistāna|Uzbekistanas|\
        Ουζμπεκιστάν|Узбекистан|Özbekistan|أوزبكستان|אוזבקיסטן|乌兹别克斯坦|烏茲別克|ウズベキスタン|우즈베키스탄|Oʻzbekiston|Ўзбекистон|UZB"),
    ("VA", "Vatican|Vaticaan|Vatikan|Vaticano|Holy See|Heilige Stoel|Saint-Siège|Heiliger Stuhl|Watykan|\
        Vatican City State|Holy See (Vatican City State)|Vatican City|Vaticaanstad|État de la Cité du Vatican|\
        Vatikanstadt|Ciudad del Vaticano|Città del Vaticano|Cidade do Vaticano|Vatikanstaten|Vatikaani|\
        Statul Cetății Vaticanului|Vatikāns|Vatikano Miesto Valstybė|Βατικανό|Ватикан|الفاتيكان|הוותיקן|梵蒂冈|梵蒂岡|\
        バチカン市国|바티칸 시국|VAT"),
    ("VC", "St. Vincent & Grenadines|Saint Vincent en de Grenadines|Saint-Vincent-et-les Grenadines|\
        St. Vincent und die Grenadinen|San Vicente y las Granadinas|Saint Vincent e Grenadine|\
        São Vicente e Granadinas|Saint Vincent i Grenadyny|Saint Vincent og Grenadinerne|\
        S:t Vincent och Grenadinerna|St. Vincent og Grenadinene|Saint Vincent ja Grenadiinit|\
        Svatý Vincenc a Grenadiny|Svätý Vincent a Grenadíny|Saint Vincent és a Grenadine-szigetek|\
        Saint Vincent și Grenadinele|Sveti Vincent i Grenadini|Sveti Vincencij in Grenadine|\
        Saint Vincent ja Grenadiinid|Sentvinsenta un Grenadīnas|Šventasis Vincentas ir Grenadinai|\
        Άγιος Βικέντιος και Γρεναδίνες|Сейнт Винсънт и Гренадини|Сент-Винсент и Гренадины|Сент-Вінсент і Гренадіни|\
        Saint Vincent ve Grenadinler|سانت فنسنت وجزر غرينادين|סנט וינסנט והגרנדינים|圣文森特和格林纳丁斯|聖文森及格瑞那丁|\
        セントビンセント及びグレナディーン諸島|세인트빈센트그레나딘|VCT"),
    ("VE", "Bolivarian Republic of Venezuela|Venezuela|Wenezuela|Venecuēla|Venesuela|Βενεζουέλα|Венецуела|Венесуэла|\
        Венесуела|فنزويلا|ונצואלה|委内瑞拉|委內瑞拉|ベネズエラ|베네수엘라|VEN"),
    ("VG", "British Virgin Islands|Britse Maagdeneilanden|Îles Vierges britanniques|Britische Jungferninseln|\
        Islas Vírgenes Británicas|Isole Vergini Britanniche|Ilhas Virgens Britânicas|Brytyjskie Wyspy Dziewicze|\
        De Britiske Jomfruøer|Brittiska Jungfruöarna|De britiske jomfruøyene|Brittiläiset Neitsytsaaret|\
        Britské Panenské ostrovy|Brit Virgin-szigetek|Insulele Virgine Britanice|Britanski Djevičanski Otoci|\
        Britanski Deviški otoki|Briti Neitsisaared|Britu Virdžīnas|Didžiosios Britanijos Mergelių Salos|\
        Βρετανικές Παρθένες Νήσοι|Британски Вирджински острови|Виргинские о-ва (Великобритания)|\
        Британські Віргінські Острови|Britanya Virjin Adaları|جزر فيرجن البريطانية|איי הבתולה הבריטיים|英属维尔京群岛|\
        英屬維京群島|英領ヴァージン諸島|영국령 버진아일랜드|VGB"),
    ("VI", "Virgin Islands, U.S.|US Virgin Islands|United States Virgin Islands|Amerikaanse Maagdeneilanden|\
        Îles Vierges des États-Unis|Amerikanische Jungferninseln|Islas Vírgenes de EE. UU.|Isole Vergini Americane|\
        Ilhas Virgens Americanas|Wyspy Dziewicze Stanów Zjednoczonych|De Amerikanske Jomfruøer|\
        Amerikanska Jungfruöarna|De amerikanske jomfruøyene|Yhdysvaltain Neitsytsaaret|Americké Panenské ostrovy|\
        Amerikai Virgin-szigetek|Insulele Virgine Americane|Američki Djevičanski Otoci|Ameriški Deviški otoki|\
        USA Neitsisaared|ASV Virdžīnas|Jungtinių Valstijų Mergelių Salos|Αμερικανικές Παρθένες Νήσοι|\
        Американски Вирджински острови|Виргинские о-ва (США)|Віргінські Острови (США)|ABD Virjin Adaları|\
        جزر فيرجن الأمريكية|איי הבתולה של ארצות הברית|美属维尔京群岛|美屬維京群島|米領ヴァージン諸島|미국령 버진아일랜드|VIR"),
    ("VN", "Viet Nam|Vietnã|Wietnam|Vijetnam|Vjetnama|Vietnamas|Βιετνάμ|Виетнам|Вьетнам|Вʼєтнам|فيتنام|וייטנאם|越南|\
        ベトナム|베트남|VNM"),
    ("VU", "Vanuatu|Βανουάτου|Вануату|فانواتو|ונואטו|瓦努阿图|萬那杜|バヌアツ|바누아투|VUT"),
    ("WF", "Wallis and Futuna Islands|Wallis & Futuna|Wallis- och Futunaöarna|Wallis és Futuna|Wallis și Futuna|\
        Wallis in Futuna|Volisa un Futunas salas|Volisas ir Futūna|Γουάλις και Φουτούνα|Уолис и Футуна|\
        Уоллис и Футуна|Уолліс і Футуна|Wallis ve Futuna|جزر والس وفوتونا|איי ווליס ופוטונה|瓦利斯和富图纳|瓦利斯群島和富圖那群島|\
        ウォリス・フツナ|왈리스-푸투나 제도|WLF"),
    ("WS", "Samoa|Szamoa|Σαμόα|Самоа|ساموا|סמואה|萨摩亚|薩摩亞|サモア|사모아|WSM"),
    ("XK", "Kosova|Kosovo|Kosowo|Koszovó|Kosovas|Κοσσυφοπέδιο|Косово|كوسوفو|קוסובו|科索沃|コソボ|코소보|Kosovë|XKK"),
    ("YE", "Yemen|Jemen|Iêmen|Jeemen|Jemena|Jemenas|Υεμένη|Йемен|Ємен|اليمن|תימן|也门|葉門|イエメン|예멘|YEM|YMD"),
    ("YT", "Mayotte|Majotta|Majota|Majotas|Μαγιότ|Майот|Майотта|مايوت|מאיוט|马约特|馬約特島|マヨット|마요트|MYT"),
    ("ZA", "Republic of South Africa|RSA|South Africa|Zuid-Afrika|Afrique du Sud|Südafrika|Sudáfrica|África do Sul|\
        Republika Południowej Afryki|Sydafrika|Sør-Afrika|Etelä-Afrikka|Jihoafrická republika|Južná Afrika|\
        Dél-afrikai Köztársaság|Africa de Sud|Južnoafrička Republika|Južnoafriška republika|Lõuna-Aafrika Vabariik|\
        Dienvidāfrikas Republika|Pietų Afrika|Νότια Αφρική|Южна Африка|Южно-Африканская Республика|\
        Південно-Африканська Республіка|Güney Afrika|جنوب أفريقيا|דרום אפריקה|南非|南アフリカ|남아프리카|iNingizimu Afrika|\
        EMzantsi Afrika|Suid-Afrika|Afrika Borwa|Aforika Borwa|ZAF"),
    ("ZM", "Zambia|Zambie|Sambia|Zambija|Ζάμπια|Замбия|Замбія|Zambiya|زامبيا|זמביה|赞比亚|尚比亞|ザンビア|잠비아|ZMB"),
    ("ZW", "Zimbabwe|Simbabwe|Zimbabue|Zimbabve|Ζιμπάμπουε|Зимбабве|Зімбабве|زيمبابوي|זימבבואה|津巴布韦|辛巴威|ジンバブエ|짐바브웨|\
        ZWE"),
];
