using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

public sealed class KrippendorffAlphaTests
{
    /// <summary>The reliability data of four observers and twelve units in section C of Krippendorff (2011).</summary>
    private static readonly string[] Published = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];

    [Fact]
    public void The_published_example_has_the_published_alpha() =>
        Assert.Equal(0.743, KrippendorffAlpha.Compute(Annotate(Published))!.Value, 3);

    [Fact]
    public void Annotators_who_always_agree_have_an_alpha_of_1() =>
        Assert.Equal(1, KrippendorffAlpha.Compute(Annotate("1212", "1212")));

    [Fact]
    public void Two_annotators_who_agree_in_half_of_two_equally_frequent_labels_agree_about_as_often_as_by_chance() =>
        Assert.Equal(1 - 7 * 4.0 / 32, KrippendorffAlpha.Compute(Annotate("1122", "1212"))!.Value, 12);

    [Fact]
    public void Without_a_shared_text_or_a_second_label_there_is_no_alpha()
    {
        Assert.Null(KrippendorffAlpha.Compute(Annotate("12..", "..12")));
        Assert.Null(KrippendorffAlpha.Compute(Annotate("111", "111")));
    }

    private static IEnumerable<Annotation> Annotate(params string[] observers) =>
        from observer in observers.Index()
        from item in observer.Item.Index()
        where item.Item != '.'
        select new Annotation(item.Index, $"{observer.Index}", $"{item.Item}");
}
