using TorchSharp;

namespace StreamBert.Model.Network;

/// <summary>
/// The numbers that tensors are multiplied with. They live as long as the process on purpose: TorchSharp turns a number in an expression into a native
/// scalar whose finalizer may free it while the native call still reads it (dotnet/TorchSharp#1434), which shows as "Unknown scalar type" now and then.
/// </summary>
internal static class Constants
{
    public static readonly Scalar Half = 0.5f, One = 1f, Three = 3f;

    /// <summary>The bound of the exponents in attention pooling.</summary>
    public static readonly Scalar Ten = 10f;

    /// <summary>Standard deviation of fresh weights.</summary>
    public static readonly Scalar FreshDeviation = 0.02f;

    /// <summary>The two constants of the tanh approximation of GELU (Hendrycks and Gimpel 2016).</summary>
    public static readonly Scalar GeluCubic = 0.044715f, GeluRoot = (float)Math.Sqrt(2 / Math.PI);

    /// <summary>GELU as x·σ(1.702x).</summary>
    public static readonly Scalar QuickGelu = 1.702f;
}
