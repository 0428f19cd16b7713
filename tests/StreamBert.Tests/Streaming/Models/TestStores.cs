using StreamBert.Model.Packages;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Models;

namespace StreamBert.Tests.Streaming.Models;

/// <summary>Creates model stores.</summary>
internal static class TestStores
{
    /// <summary>The store of a registry that is only a directory.</summary>
    public static ModelStore None { get; } = Open(new());

    public static ModelStore Open(ModelsOptions options) =>
        new(options, new(ModelPackage.ReadBaseName, ModelPackage.Verify), TimeProvider.System);
}
