using StreamBert.Cli.Errors;
using StreamBert.Cli.Hub;

namespace StreamBert.Tests.Cli.Hub;

/// <summary>Tests the parsing of model ids and revisions.</summary>
public sealed class HubModelTests
{
    [Theory]
    [InlineData("noslash", "main")]
    [InlineData("../x", "main")]
    [InlineData("a/..", "main")]
    [InlineData("a/b/c", "main")]
    [InlineData("a/b", "..")]
    [InlineData("a/b", "x/../y")]
    [InlineData("a/b", "")]
    public void A_model_id_or_revision_with_a_path_is_refused(string id, string revision)
        => Assert.Throws<CliException>(() => HubModel.Parse(id, revision));
}
