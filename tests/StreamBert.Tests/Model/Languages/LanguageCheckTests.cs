using StreamBert.Model.Languages;

namespace StreamBert.Tests.Model.Languages;

/// <summary>Tests which texts are reported as texts in a language that a model was not trained on.</summary>
public sealed class LanguageCheckTests
{
    private readonly LanguageCheck _english = LanguageCheck.Create(["en"])!;

    [Theory]
    [InlineData("de", "Die Bestellung ist leider noch nicht bei mir angekommen.")]
    [InlineData("fr", "Je n'ai toujours pas reçu ma commande, pouvez-vous m'aider ?")]
    [InlineData("es", "El banco central sube los tipos de interés por la inflación")]
    [InlineData("it", "Il mio ordine non è ancora arrivato e nessuno mi risponde")]
    [InlineData("pt", "O meu pedido ainda não chegou e já paguei por ele há uma semana")]
    [InlineData("nl", "Mijn bestelling is nog niet aangekomen en ik wacht al een week")]
    [InlineData("id", "Pesanan saya belum sampai dan sudah satu minggu saya menunggu")]
    [InlineData("pl", "Moje zamówienie jeszcze nie przyszło, a czekam już od tygodnia")]
    [InlineData("tr", "Siparişim hâlâ gelmedi ve bir hafta kadar bekledim, çok üzgünüm")]
    [InlineData("sv", "Min beställning har inte kommit än och jag har väntat en vecka")]
    [InlineData("fi", "Tilaukseni ei ole vielä tullut ja olen odottanut jo viikon")]
    [InlineData("cs", "Moje objednávka ještě nepřišla a čekám už týden, co se s ní stalo")]
    [InlineData("ro", "Comanda mea nu a ajuns încă și aștept de o săptămână")]
    [InlineData("hu", "A rendelésem még nem érkezett meg, pedig már egy hete várok")]
    [InlineData("vi", "Đơn hàng của tôi vẫn chưa đến và tôi đã chờ một tuần")]
    [InlineData("tl", "Hindi pa dumating ang order ko at naghihintay na ako ng isang linggo")]
    [InlineData("zh", "苹果公司发布新款手机，股价上涨")]
    [InlineData("ja", "注文した商品がまだ届きません")]
    [InlineData("ko", "주문한 상품이 아직 도착하지 않았습니다")]
    [InlineData("ru", "Мой заказ до сих пор не пришёл")]
    [InlineData("uk", "Моє замовлення досі не надійшло")]
    [InlineData("be", "Мой заказ дагэтуль не прыйшоў")]
    [InlineData("kk", "Менің тапсырысым әлі келген жоқ")]
    [InlineData("el", "Η παραγγελία μου δεν έχει φτάσει ακόμα")]
    [InlineData("ar", "لم يصل طلبي حتى الآن")]
    [InlineData("fa", "سفارش من هنوز نرسیده است، چرا پاسخ نمی‌دهید")]
    [InlineData("he", "ההזמנה שלי עדיין לא הגיעה")]
    [InlineData("hi", "मेरा ऑर्डर अभी तक नहीं आया है")]
    [InlineData("th", "สินค้าที่สั่งยังมาไม่ถึง")]
    public void A_text_in_another_language_is_reported_with_its_language(string language, string text) =>
        Assert.Equal(language, _english.FindForeign(text));

    [Theory]
    [InlineData("")]
    [InlineData("hola")]
    [InlineData("$TSLA $AAPL +3.2% 🚀🚀🚀")]
    [InlineData("Banco de Chile and Universidad de los Andes sign an agreement")]
    [InlineData("Crédit Agricole to buy Banco BPM stake from Amundi")]
    [InlineData("BREAKING: LA DE LOS EN UNA DIE DER DAS")]
    [InlineData("My favourite song is La Vie en Rose, the original one")]
    [InlineData("Die hard fans of Das Boot and Der Untergang met in Berlin")]
    [InlineData("He said \"c'est la vie\" and hung up")]
    [InlineData("#desde #para @los_angeles https://example.com/que/es/el/mejor")]
    [InlineData("2026-01-05 09:00:00 ERROR com.acme.Main[12] de.acme.util.Los: en=1 la=2 una=3")]
    [InlineData("Tokyo (東京) shares close higher")]
    [InlineData("The shares rose after the company raised its outlook")]
    [InlineData("Ursula von der Leyen")]
    [InlineData("President Ursula von der Leyen")]
    [InlineData("Los Angeles, Las Vegas")]
    [InlineData("Los Angeles and Las Vegas, El Paso")]
    [InlineData("Oscar de la Hoya")]
    [InlineData("Donny van de Beek signs")]
    [InlineData("Du Pont de Nemours")]
    [InlineData("Sen. Ben Cardin resigns")]
    [InlineData("(ノಠ益ಠ)ノ彡┻━┻")]
    public void English_names_numbers_and_log_lines_are_not_reported(string text) => Assert.Null(_english.FindForeign(text));

    [Fact]
    public void A_text_that_is_mostly_in_a_language_of_the_model_is_not_reported() => Assert.Null(
        _english.FindForeign("I asked them where my order is and they said: el pedido no ha llegado, so what should I do now?"));

    [Fact]
    public void A_text_in_one_of_several_languages_of_the_model_is_not_reported()
    {
        var check = LanguageCheck.Create(["en", "de-AT"])!;

        Assert.Null(check.FindForeign("Die Bestellung ist leider noch nicht bei mir angekommen."));
        Assert.Equal("fr", check.FindForeign("Je n'ai toujours pas reçu ma commande, pouvez-vous m'aider ?"));
    }

    [Fact]
    public void English_is_foreign_to_a_Chinese_model()
    {
        var check = LanguageCheck.Create(["zh"])!;

        Assert.Equal("en", check.FindForeign("The shares rose after the company raised its outlook for the year"));
        Assert.Null(check.FindForeign("苹果公司发布新款手机 iPhone XS Max，股价上涨"));
        Assert.Null(check.FindForeign("奈雪の茶发布业绩"));
        Assert.Null(check.FindForeign("优の良品旗舰店"));
        Assert.Equal("ja", check.FindForeign("注文した商品がまだ届きません"));
    }

    [Theory]
    [InlineData("bg", "Мой заказ до сих пор не пришёл")]
    [InlineData("no", "Min bestilling er ikke kommet, og jeg har ventet i en uke")]
    [InlineData("nb-NO", "Min bestilling er ikke kommet, og jeg har ventet i en uke")]
    [InlineData("ja", "東京株式市場続落")]
    public void A_language_that_cannot_be_told_from_one_of_the_model_is_not_reported(string language, string text) =>
        Assert.Null(LanguageCheck.Create([language])!.FindForeign(text));

    [Fact]
    public void A_model_without_languages_or_with_an_unknown_one_has_no_check()
    {
        Assert.Null(LanguageCheck.Create([]));
        Assert.Null(LanguageCheck.Create(["en", "sw"]));
        Assert.Null(LanguageCheck.Create(["sr"]));
    }

    [Theory]
    [InlineData("The shares rose after the company raised its outlook. ")]
    [InlineData("Die Bestellung ist leider noch nicht bei mir angekommen. ")]
    [InlineData("苹果公司发布新款手机，股价上涨。")]
    [InlineData("Мой заказ до сих пор не пришёл. ")]
    public void The_check_allocates_no_memory_and_reads_the_beginning_of_a_long_text(string sentence)
    {
        var text = string.Concat(Enumerable.Repeat(sentence, 100_000));
        _english.FindForeign(text);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
            _english.FindForeign(text);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
