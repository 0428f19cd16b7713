using System.Net;
using System.Net.Sockets;

namespace StreamBert.Chaos.Processes;

/// <summary>Finds free TCP ports of this machine.</summary>
internal static class LocalPort
{
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
