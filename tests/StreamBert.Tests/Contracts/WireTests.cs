using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class WireTests
{
    [Theory]
    [InlineData("""{"id":"1","text":"Gold rises","occurredAt":"2026-01-05T09:00:00Z"}""")]
    [InlineData("""{"id":"1","text":"Gold rises","occurredAt":"2026-01-05T09:00:00Z","attributes":null,"source":null}""")]
    public void An_omitted_field_of_a_text_has_its_default(string json)
    {
        var text = Wire.Deserialize<TextReceived>(Encoding.UTF8.GetBytes(json));

        Assert.Equal("unknown", text.Source);
        Assert.Empty(text.Attributes);
    }

    [Fact]
    public void Feedback_needs_no_annotator()
    {
        var verdict = Wire.Deserialize<FeedbackReceived>(
            """{"id":"1","pipeline":"news","head":"sentiment","label":"negative","occurredAt":"2026-01-05T09:00:00Z"}"""u8);

        Assert.Equal("anonymous", verdict.Annotator);
    }
}
