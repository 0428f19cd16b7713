using System.Collections.Frozen;

namespace StreamBert.Model.Languages;

/// <summary>
/// Frequent function words of the languages in Latin script. A word of several languages counts for each of them, so that it is evidence
/// for none against another.
/// </summary>
internal static class StopWords
{
    /// <summary>No word is longer.</summary>
    public const int MaxLength = 12;

    private static readonly (string Language, string Words)[] Lists =
    [
        ("en", "the of and to in is it that for on with as was at by be this are from or have an not but they you he she we his "
            + "her my your our their its will would can could should may might do does did has had been were what when where "
            + "which who why how all any if so no yes there here than then them us me him out up down about into over after "
            + "before more most some just like get got let make now new one two per via amid says said off only also because "
            + "while these those am too very i'm it's don't can't i've that's didn't doesn't isn't won't you're we're what's "
            + "there's please thanks help need want own go going been being such other same every still against under between "
            + "both few through during again come man die son plus sale main made date hat"),
        ("de", "der die das und ist nicht ich sie es mit den dem des ein eine einen einem einer eines von zu auf für im sich "
            + "auch wie nach bei aus aber nur noch oder wenn dass wird werden wurde haben hatte sind sein seine kann können wir "
            + "ihr mein meine über mehr sehr zum zur vom durch gegen unter vor bis habe kein keine schon wieder hier als diese "
            + "dieser dieses bitte um"),
        ("fr", "le la les des du une et est que qui dans pour pas sur avec ce cette ces il elle nous vous ils je ne au aux par "
            + "mais ou où sont être été avoir ont sa ses leur leurs comme tout tous très aussi fait peut même après avant sans "
            + "sous entre mon ma mes votre vos notre nos quand bien était c'est n'est l' d' qu' n' j' s' c' m' un de en se si"),
        ("es", "el la los las del que en un una es por con para se no lo su sus como más pero este esta está son ha han al muy "
            + "también hay fue ser era sobre entre cuando todo todos sin desde hasta donde porque qué cómo mi tu nos les ya le "
            + "si de yo ella ellos nuestro puede tiene estos esa ese esto"),
        ("it", "il lo la gli le di che un una uno per con non del della dei delle dello degli nel nella sul sulla al alla ai "
            + "alle dal dalla si sono ho ha hanno ma anche come più questo questa questi quello sia stato essere molto mi ci ti "
            + "se già tutto tutti cosa quando dove perché l' d' dell' nell' all' un' c'è era fra tra suo sua suoi da"),
        ("pt", "os as um uma que do da dos das em no na nos nas por para com não se mais mas como foi são ser ao às ele ela eu "
            + "você seu sua seus suas muito já também tem há está pelo pela ou quando isso este esta esse essa até sem sobre "
            + "entre depois mesmo meu minha nós de"),
        ("nl", "de het een en van ik te dat die in is niet op aan met als voor er maar om dan zou wat mijn bij zijn haar naar "
            + "heb heeft hebben had ook nog uit tot wel geen deze dit door over ze hij zij wij wordt worden kan kunnen moet "
            + "meer al je ons onze waar hoe werd waren omdat veel na"),
        ("id", "yang dan di dengan untuk tidak ini itu dari dalam pada ke akan juga saya adalah ada bisa sudah kami kita mereka "
            + "karena oleh atau seperti tapi tetapi lebih sangat anda aku kamu dia telah hanya banyak jika kalau belum lagi "
            + "sini sangat para bagi sama saat harus nya jadi namun bukan masih apa baru saja dapat paling pun pernah setelah "
            + "secara orang hari lain baik mau tak ga gak nggak udah aja banget kok sih deh dong kurang memang sering langsung "
            + "cukup menjadi membuat punya agar maka sebuah cuma terlalu siapa mana begitu semua setiap tahun kepada antara "
            + "serta tanpa hingga"),
        ("jv", "sing lan ora iki ing karo wis kanggo iku kaya ana yen uga aku nang banget saka luwih akeh dadi isa ning opo "
            + "sampeyan awit amarga durung kabeh mung nanging marang piye"),
        ("su", "nu jeung teu ieu eta ka aya anu pisan urang geus tina mah abdi sareng teh kana keur moal ngan deui nya naon loba "
            + "tapi henteu lamun kudu ayeuna pikeun"),
        ("tl", "ang ng mga sa na ay ko mo ako ikaw siya hindi ito iyon para kung may wala naman lang po din rin kasi pero nila "
            + "kami tayo ba yung nang niya"),
        ("pl", "nie się na że jest do to jak ale po co tak za od ja już czy dla jego jej są przez był była było być tylko może "
            + "ma przy bardzo który która które tego tym ten ta te oraz lub mnie mi pan także jako więcej"),
        ("tr", "ve bir bu da de için ile çok ne mi mı daha gibi ama olarak olan var yok ben sen biz siz onlar kadar sonra en her "
            + "şey ki değil diye ya göre önce ise hem veya nasıl neden bana sana"),
        ("sv", "och att det som en på är av för den till inte med har jag de ett om så vi kan han hon men från var när ska eller "
            + "mycket nu sig också efter vid man hade din min mig dig här där bara blev finns kommer mer"),
        ("da", "og at det som en på er af for den til ikke med har jeg de et om så vi kan han hun men fra var når skal eller "
            + "meget nu sig også efter ved man havde din min mig dig her der kun blev kommer mere være blive hvad hvor"),
        ("no", "og at det som en på er av for den til ikke med har jeg de et om så vi kan han hun men fra var når skal eller mye "
            + "nå seg også etter ved man hadde din min meg deg her der bare ble finnes kommer mer være bli hva hvor"),
        ("fi", "ja on ei se että hän oli ovat mutta kun niin myös tai kuin jos vain minä sinä me te he ole olen ollut tämä joka "
            + "mitä nyt sitä sen kanssa hyvin mukaan jo vielä kaikki"),
        ("cs", "se na je že to do si jako ale by jsem jsou který která které pro za po už jen tak nebo byl byla bylo také jeho "
            + "od při velmi není může však podle aby ve ze co ještě když jak kde jsme jste mě má jsi"),
        ("ro", "și de la în cu pe un nu este că pentru din mai care sunt ce să se au fost dar lui sau după prin până către acest "
            + "această foarte când sa îi am ei"),
        ("hu", "az és hogy nem is egy meg ez de van volt csak már mint még el ha ki be fel lesz lehet nagyon után azt ezt vagy "
            + "kell minden én mi ti ők szerint aki ami"),
        ("vi", "và của là không có được cho người trong một các này đã với những để khi từ tôi bạn như về cũng rất nhiều đến ra "
            + "vì làm sẽ nhưng tại theo nếu"),
    ];

    private static readonly FrozenDictionary<string, StopWord> Words = CreateIndex();

    private static readonly FrozenDictionary<string, StopWord>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The languages; the bit of a language in a mask is its index.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. Lists.Select(static list => list.Language)];

    /// <summary>The number of distinct words.</summary>
    public static int Count => Words.Count;

    /// <param name="word">A word in lower case.</param>
    public static bool TryFind(ReadOnlySpan<char> word, out StopWord found) => BySpan.TryGetValue(word, out found);

    private static FrozenDictionary<string, StopWord> CreateIndex()
    {
        var masks = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (var (index, list) in Lists.Index())
        {
            foreach (var word in list.Words.Split(' '))
                masks[word] = masks.GetValueOrDefault(word) | (1u << index);
        }
        return masks.Index().ToFrozenDictionary(
            static entry => entry.Item.Key, static entry => new StopWord(entry.Index, entry.Item.Value), StringComparer.Ordinal);
    }
}
