using System.Text.Json;
using StreamBert.Cli.Access;

namespace StreamBert.Tests.Cli.Access;

public sealed class GatewayProblemTests
{
    [Theory]
    [InlineData(3, 3, "a 0: wrong. 1: wrong. 2: wrong.")]
    [InlineData(6, 6, "a 0: wrong. 1: wrong. 2: wrong. 3: wrong. 4: wrong. There is 1 more error.")]
    [InlineData(100, 480, "a 0: wrong. 1: wrong. 2: wrong. 3: wrong. 4: wrong. There are 475 more errors.")]
    public void A_message_names_five_errors_and_counts_all_others_also_those_that_are_not_listed(int listed, int all, string message)
    {
        var errors = Enumerable.Range(0, listed).ToDictionary(static n => $"{n}", static _ => "wrong.");
        if (listed < all)
            errors["…"] = "more fields are invalid.";

        var problem = GatewayProblem.Parse(JsonSerializer.Serialize(new { detail = "a", errors, errorCount = all }));

        Assert.Equal((message, listed), (problem.Describe(), problem.Errors.Count));
    }

    [Theory]
    [InlineData("", "no reason was given")]
    [InlineData("proxy error", "proxy error")]
    [InlineData("[1]", "[1]")]
    [InlineData("""{"detail":"busy"}""", "busy")]
    public void A_body_without_errors_is_the_reason(string body, string message) =>
        Assert.Equal((message, 0), (GatewayProblem.Parse(body).Describe(), GatewayProblem.Parse(body).ErrorCount));
}
