// WebRTC needs a native module whose binary npm does not carry: this bench measures TCP.
export const RTCPeerConnection = undefined
export const RTCSessionDescription = undefined
export const RTCIceCandidate = undefined
export default {}
