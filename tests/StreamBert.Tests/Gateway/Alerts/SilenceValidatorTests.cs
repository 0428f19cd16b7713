using StreamBert.Gateway.Alerts;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Tests.Gateway.Alerts;

public sealed class SilenceValidatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly SilenceRequest Valid = new() { Matchers = ["topic=Oil"], Duration = "4h" };

    [Fact]
    public void A_silence_begins_now_and_ends_after_its_duration()
    {
        var silence = SilenceValidator.Create(Valid with { StartsAt = Now.AddHours(-1), Comment = "  " }, "key:kim", Now);

        Assert.Equal((Now, Now.AddHours(4)), (silence.StartsAt, silence.EndsAt));
        Assert.Equal(("key:kim", null), (silence.Actor, silence.Comment));
    }

    [Fact]
    public void A_silence_may_begin_later()
    {
        var silence = SilenceValidator.Create(Valid with { StartsAt = Now.AddDays(2) }, "key:kim", Now);

        Assert.Equal(Now.AddDays(2).AddHours(4), silence.EndsAt);
    }

    [Fact]
    public void Matchers_that_match_everything_are_accepted_because_somebody_wrote_them() =>
        Assert.Equal(["severity=~.*"], SilenceValidator.Create(Valid with { Matchers = ["severity=~.*"] }, "a", Now).Matchers);

    [Fact]
    public void All_faults_are_named_together()
    {
        var request = new SilenceRequest
        {
            Matchers = ["topic=Oil", "nothing"],
            EndsAt = Now,
            Comment = new('x', SilenceValidator.MaxCommentLength + 1),
        };

        var refused = Assert.Throws<InvalidRequestException>(() => SilenceValidator.Create(request, "a", Now));

        Assert.Equal(["comment", "endsAt", "matchers[1]"], refused.Errors.Keys.Order());
        Assert.Contains("'nothing'", refused.Errors["matchers[1]"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_beyond_a_year_is_refused() => Assert.Contains(
        "startsAt",
        Assert.Throws<InvalidRequestException>(
            () => SilenceValidator.Create(Valid with { StartsAt = DateTimeOffset.MaxValue }, "a", Now)).Errors.Keys);

    [Fact]
    public void Duration_and_end_exclude_each_other() => Assert.Contains(
        "together",
        Assert.Throws<InvalidRequestException>(
            () => SilenceValidator.Create(Valid with { EndsAt = Now.AddHours(1) }, "a", Now)).Errors["endsAt"],
        StringComparison.Ordinal);
}
