namespace StreamBert.Model.SafeTensors;

/// <summary>A tensor to write in the safetensors format.</summary>
/// <param name="Dtype">The format's name of the element type, such as <c>F32</c>.</param>
/// <param name="Bytes">The number of bytes of its data.</param>
/// <param name="Write">Writes the data.</param>
internal sealed record StoredTensor(string Name, string Dtype, long[] Shape, long Bytes, Action<Stream> Write);
