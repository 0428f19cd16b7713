using System.Runtime.Intrinsics.X86;

namespace StreamBert.Model.Precisions;

/// <summary>The precisions that this processor has instructions for.</summary>
internal static class ProcessorPrecisions
{
    private const int FeatureLeaf = 7, VnniBit = 11, BFloat16Bit = 5;

    /// <summary>Whether 8-bit products are faster than those of float32: AVX-VNNI or AVX-512 VNNI.</summary>
    public static bool HasInt8 { get; } = AvxVnni.IsSupported || (Avx512F.IsSupported && HasBit(ReadFeatures(subleaf: 0).Ecx, VnniBit));

    /// <summary>Whether bfloat16 products are faster than those of float32: AVX-512 BF16, which processors with AMX also have.</summary>
    public static bool HasBFloat16 { get; } = Avx512F.IsSupported && HasBit(ReadFeatures(subleaf: 1).Eax, BFloat16Bit);

    private static bool HasBit(int register, int bit) => ((register >> bit) & 1) == 1;

    /// <summary>Reads a subleaf of the processor's extended features (Intel SDM, CPUID leaf 7).</summary>
    private static (int Eax, int Ebx, int Ecx, int Edx) ReadFeatures(int subleaf) => X86Base.CpuId(FeatureLeaf, subleaf);
}
