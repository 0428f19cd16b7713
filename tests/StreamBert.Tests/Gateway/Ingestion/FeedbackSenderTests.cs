using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Tests.Gateway.Ingestion;

/// <summary>Tests who may name whom as the annotator of feedback.</summary>
public sealed class FeedbackSenderTests
{
    [Theory]
    [InlineData("annotate", "bob", false)]
    [InlineData("annotate", "key:kim", true)]
    [InlineData("annotate", "", true)]
    [InlineData("annotate", null, true)]
    [InlineData("annotate-as", "bob", true)]
    [InlineData("admin", "bob", true)]
    public void Only_the_role_annotate_as_and_administrators_name_others(string role, string? annotator, bool isAllowed)
    {
        var error = FeedbackSender.Of(Actor.Key("kim", [role])).ValidateAnnotator(annotator);

        Assert.Equal(isAllowed, error is null);
        if (!isAllowed)
            Assert.Matches("'key:kim'.*annotate-as", error);
    }
}
