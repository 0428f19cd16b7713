using CsCheck;
using StreamBert.Contracts;
using StreamBert.Privacy.Redaction;

namespace StreamBert.Tests.Privacy;

public sealed class RedactorTests
{
    private static readonly Redactor All = new(PersonalData.All);

    /// <summary>Texts of what numbers and addresses are made of, so that much is found and much almost.</summary>
    private static readonly Gen<string> Tangles = Gen.OneOf(
        Gen.Const("+49 30 901820"), Gen.Const("4111 1111 1111 1111"), Gen.Const("a.b@example.com"), Gen.Const(
            "DE89 3704 0044 0532 0130 00"), Gen.Const("203.0.113.7"),
        Gen.Const("536-90-4399"), Gen.Const("call me at "), Gen.Const(" BSN "), Gen.Const("[PHONE]"), Gen.Const("[at]"), Gen.Const(
            "\u200B"), Gen.Const("٣"), Gen.Const("𝟙"),
        Gen.String[Gen.Char["0123456789 -.()/+@:abDE\n,"], 1, 8]).List[0, 12].Select(static parts => string.Concat(parts));

    [Fact]
    public void Each_type_is_replaced_by_its_placeholder() => Assert.Equal(
        "Mail [EMAIL], phone [PHONE], card [CARD], IBAN [IBAN], SSN [ID], from [IP].",
        All.Redact("Mail a.b@example.com, phone +49 30 901820, card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, SSN "
            + "536-90-4399, from 203.0.113.7.").Text);

    [Fact]
    public void Only_the_types_asked_for_are_redacted() => Assert.Equal(
        "[EMAIL] +49 30 901820", new Redactor([PersonalData.Email]).Redact("a@example.com +49 30 901820").Text);

    [Fact]
    public void A_hidden_character_or_another_scripts_digits_do_not_help() => Assert.Equal(
        "[EMAIL] [PHONE]", All.Redact("a\u200B@exam\u00ADple.com +٤٩ ٣٠ ٩٠١٨٢٠").Text);

    [Fact]
    public void Redacting_twice_is_redacting_once() => Tangles.Sample(static text =>
    {
        var once = All.Redact(text).Text;
        return All.Redact(once) is { Spans.Count: 0 } twice && twice.Text == once;
    });

    [Fact]
    public void Text_outside_of_the_spans_is_unchanged() => Tangles.Sample(static text =>
    {
        var redacted = All.Redact(text);
        var (rest, at) = (redacted.Text, 0);
        foreach (var span in redacted.Spans)
        {
            var kept = text[at..span.Start] + PersonalData.Placeholder(span.Type);
            if (!rest.StartsWith(kept, StringComparison.Ordinal))
                return false;
            (rest, at) = (rest[kept.Length..], span.End);
        }
        return rest == text[at..];
    });

    [Fact]
    public void A_position_in_the_original_is_mapped_and_mapped_back() => Tangles.Sample(static text =>
    {
        var redacted = All.Redact(text);
        return redacted.Spans.All(span => redacted.Map(span.Start, span.End) is var (start, end)
            && redacted.Text[start..end] == PersonalData.Placeholder(span.Type));
    });

    [Fact]
    public void Letters_alone_are_never_redacted() => Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz ABCXYZäß.,:;-()[]@\n"], 0, 200]
        .Where(static text => !text.Contains('@'))
        .Sample(static text => All.Redact(text).Spans.Count == 0);

    [Theory]
    [InlineData("1 ")]
    [InlineData("12-")]
    [InlineData("@")]
    [InlineData("a@")]
    [InlineData("a.")]
    [InlineData("1:")]
    [InlineData("fe80::")]
    [InlineData("(at)")]
    [InlineData("call me at 555-01")]
    [InlineData("0")]
    [InlineData("DE89 ")]
    [InlineData("a.b@example.com+4930901820 ")]
    public void Twice_the_text_takes_twice_the_steps(string piece)
    {
        var (half, whole) = (Steps(piece, 100_000), Steps(piece, 200_000));

        Assert.InRange(whole, 0, 2.1 * half + 100);
        Assert.InRange(whole, 0, 12 * 200_000);
    }

    private static long Steps(string piece, int length)
    {
        var scan = new PersonalDataScanner(string.Concat(Enumerable.Repeat(piece, length / piece.Length)), PersonalData.All.ToHashSet());
        scan.Run();
        return scan.Steps;
    }
}
