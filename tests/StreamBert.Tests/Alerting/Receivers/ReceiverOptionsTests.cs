using System.ComponentModel.DataAnnotations;
using StreamBert.Alerting.Receivers;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Tests that settings that cannot work are refused with a sentence that shows no secret.</summary>
public sealed class ReceiverOptionsTests
{
    private const string Hidden = "distinctive";

    [Theory]
    [InlineData("webhook")]
    [InlineData("slack")]
    [InlineData("teams")]
    [InlineData("pagerduty")]
    [InlineData("alertmanager")]
    [InlineData("email")]
    public void Complete_settings_are_accepted(string type) => Assert.Empty(Check(Complete(type)));

    [Theory]
    [InlineData("webhook", "needs a Url with https")]
    [InlineData("slack", "needs a Url with https")]
    [InlineData("alertmanager", "needs a Url with https")]
    [InlineData("pagerduty", "needs a RoutingKey")]
    [InlineData("email", "give the name of a mail server")]
    [InlineData("sms", "The type of the receiver 'ops' is 'sms'; give webhook, slack, teams, pagerduty, alertmanager, email.")]
    public void A_missing_setting_is_named(string type, string fault) => Assert.Contains(
        Check(new() { Name = "ops", Type = type }), message => message.Contains(fault, StringComparison.Ordinal));

    [Fact]
    public void The_address_of_Slack_and_other_secrets_are_not_shown()
    {
        var slack = Complete("slack");
        slack.Url = new($"ftp://hooks.slack.com/{Hidden}");
        var webhook = Complete("webhook");
        webhook.Secret = Hidden;
        var email = Complete("email");
        (email.Security, email.User, email.Password) = ("none", "anna", Hidden);

        var faults = new[] { slack, webhook, email }.SelectMany(Check).ToList();

        Assert.Equal(3, faults.Count);
        Assert.DoesNotContain(faults, static fault => fault.Contains(Hidden, StringComparison.Ordinal));
    }

    [Fact]
    public void A_placeholder_that_does_not_exist_is_refused()
    {
        var options = Complete("slack");
        options.Title = "{pipeline}: {tilte}";

        Assert.StartsWith(
            "The Title of the receiver 'ops' has the placeholder '{tilte}', which does not exist; there are {title}, ",
            Assert.Single(Check(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_title_is_refused_where_a_program_reads_the_message()
    {
        var options = Complete("webhook");
        options.Title = "{title}";

        Assert.Equal(
            "Title and Text of the receiver 'ops' have no effect on the type webhook; remove them.", Assert.Single(Check(options)));
    }

    private static ReceiverOptions Complete(string type) => new()
    {
        Name = "ops",
        Type = type,
        Url = new("https://ops.example"),
        Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        RoutingKey = "key",
        Host = "mail.example",
        From = "StreamBert <sb@example.com>",
        To = "anna@example.com, Bert <bert@example.com>",
    };

    private static IEnumerable<string> Check(ReceiverOptions options) =>
        options.Validate(new ValidationContext(options)).Select(static fault => fault.ErrorMessage!);
}
